"""Tokens of the HTTP API: what each may do, in whose name, until when. No token decides anything."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.via import Via
from bot.errors import Conflict, Refused

# What a token begins with; the redactor knows it.
MARK = "gkb_"
PREFIX = "TOKEN-"
SHORTEST, LONGEST = timedelta(days=1), timedelta(days=366)
_TEXT = re.compile(rf"{MARK}([a-z0-9][a-z0-9-]{{1,30}})_[A-Za-z0-9_-]{{43}}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,30}")
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,30}")


class Scope(StrEnum):
    """What a token may do. There is none for deciding."""

    READ = "read"
    REQUEST = "request"


class State(StrEnum):
    """Where a token stands, apart from the time."""

    LIVE = "live"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """One token, known by its digest alone. `person` is the only one it may speak for; empty: everybody.

    SHA-256 without salt or stretching is enough: 256 random bits cannot be guessed from it.
    """

    team_id: str
    name: str
    digest: str
    scopes: frozenset[Scope]
    made_at: datetime
    expires_at: datetime
    person: str = ""
    state: State = State.LIVE

    @property
    def id(self) -> str:
        """The name under which it is kept and audited."""
        return record_id(self.name)

    @property
    def via(self) -> Via:
        """What a request says of the token that it came by."""
        return Via(token=self.name)

    def due_at(self) -> datetime | None:
        """Its place in the list of tokens: by its end, none once it is revoked."""
        return None if self.state is State.REVOKED else self.expires_at

    def works(self, now: datetime) -> bool:
        """Tell whether anybody may still use it."""
        return self.state is State.LIVE and now < self.expires_at

    def proves(self, text: str) -> bool:
        """Compare a presented token, in a time that does not depend on where they differ."""
        return hmac.compare_digest(digest(text), self.digest)


def record_id(name: str) -> str:
    """Name the record of a token."""
    return PREFIX + name


def digest(text: str) -> str:
    """Give what is kept of a token."""
    return hashlib.sha256(text.encode()).hexdigest()


def write(name: str, secret: str) -> str:
    """Write a token out, which happens once; `secret` is 32 random bytes, base64url."""
    return f"{MARK}{name}_{secret}"


def name_in(text: str) -> str:
    """Read whose record a presented token claims; empty for what is no token."""
    found = _TEXT.fullmatch(text)
    return found[1] if found else ""


def check(token: ApiToken) -> ApiToken:
    """Refuse a token that nobody should make."""
    if not _NAME.fullmatch(token.name):
        raise Refused("A token's name has 2 to 31 lower-case letters, digits and dashes.")
    if token.person and not _USER_ID.fullmatch(token.person):
        raise Refused("{person} is no Slack user id (U…).", person=token.person[:40])
    if not token.scopes:
        raise Refused("Give the token a scope: read, request, or both.")
    if not SHORTEST <= token.expires_at - token.made_at <= LONGEST:
        raise Refused("A token lives for 1 to 366 days.")
    return token


def follow(before: ApiToken, after: ApiToken) -> ApiToken:
    """Let a new token take the name of one that works no more."""
    if before.works(after.made_at):
        raise Conflict("There is a token {name} already. Revoke it first.", name=after.name)
    return after


def revoke(token: ApiToken) -> ApiToken:
    """End it now."""
    if token.state is State.REVOKED:
        raise Conflict("The token {name} is revoked already.", name=token.name)
    return replace(token, state=State.REVOKED)
