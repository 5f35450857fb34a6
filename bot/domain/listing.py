"""Lists of requests, and pages of them: the cursor travels with the button, nobody remembers it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.key_request import KeyRequest

# Requests on one page.
PAGE = 10


class Kind(StrEnum):
    """What is listed. `subject` is a user id for the first two and a project id for the third."""

    MINE = "mine"
    HELD = "held"
    PROJECT = "project"
    LIVE = "live"
    PENDING = "pending"


# Lists of live keys: what ends next comes first.
BY_EXPIRY = frozenset({Kind.HELD, Kind.LIVE})
# The others show the newest first, but what has waited longest is decided first.
ASCENDING = BY_EXPIRY | {Kind.PENDING}


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: a person's requests or live keys, a project's open requests, or the workspace's."""

    kind: Kind
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some requests in order; `cursor` leads to those after them, "" when there are none."""

    requests: Sequence[KeyRequest]
    total: int
    cursor: str = ""


def cursor_at(listing: Listing, request: KeyRequest) -> str:
    """Name the place of a request in a list: its score and its id."""
    moment = request.expires_at if listing.kind in BY_EXPIRY else None
    return f"{(moment or request.requested_at).timestamp()!r}:{request.id}"


def button_value(listing: Listing, cursor: str) -> str:
    """Write a list and a place in it into a button's value."""
    return f"{listing.kind}|{listing.subject}|{cursor}"


def read(value: str) -> tuple[Listing, str] | None:
    """Read a button's value back; None when it is none of ours."""
    kind, _, rest = value.partition("|")
    subject, _, cursor = rest.partition("|")
    return (Listing(Kind(kind), subject), cursor) if kind in set(Kind) else None
