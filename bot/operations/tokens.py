"""Make and revoke tokens of the HTTP API; whoever may write to Redis as its operator may do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.domain import api_token
from bot.domain.api_token import ApiToken
from bot.domain.audit import Event
from bot.domain.person import OPERATOR
from bot.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime, timedelta

    from bot.domain.api_token import Scope


class ApiTokens(Protocol):
    """Where tokens are kept."""

    async def add(self, token: ApiToken, event: Event, *, once: str) -> ApiToken | None:
        """Store a new one; None when the name is taken."""

    async def edit(
        self, team_id: str, token_id: str, change: Callable[[ApiToken], ApiToken], event: Event
    ) -> ApiToken:
        """Apply a pure change; `NotFound` when there is no such token."""


async def make(
    tokens: ApiTokens,
    team_id: str,
    name: str,
    *,
    scopes: Iterable[Scope],
    person: str,
    life: timedelta,
    now: datetime,
    secret: str,
) -> str:
    """Keep a new token's digest; returns the token itself, which nobody can read again."""
    text = api_token.write(name, secret)
    token = api_token.check(
        ApiToken(
            team_id=team_id,
            name=name,
            digest=api_token.digest(text),
            scopes=frozenset(scopes),
            made_at=now,
            expires_at=now + life,
            person=person,
        )
    )
    details = {"scopes": " ".join(sorted(token.scopes)), "until": token.expires_at.isoformat()}
    event = Event(
        at=now, by=OPERATOR, verb="make-token", details={**details, **({"person": person} if person else {})}
    )
    if await tokens.add(token, event, once="") is None:
        await tokens.edit(team_id, token.id, lambda before: api_token.follow(before, token), event)
    return text


async def revoke(tokens: ApiTokens, team_id: str, name: str, now: datetime) -> None:
    """End a token now; the next call with it is refused."""
    event = Event(at=now, by=OPERATOR, verb="revoke-token")
    try:
        await tokens.edit(team_id, api_token.record_id(name), api_token.revoke, event)
    except NotFound:
        raise NotFound("There is no token {name}.", name=name) from None
