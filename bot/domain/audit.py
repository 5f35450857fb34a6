"""What the audit keeps: who did what to which request, and when."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# The service itself, when it acts by the clock or on an approval.
BOT = "bot"
# What the service does that people are told of; whatever a person does is told.
TOLD = frozenset(
    {
        "activate",
        "adopted",
        "end",
        "end-refused",
        "expire",
        "fail",
        "hand-over",
        "hand-over-refused",
        "handed-over",
        "lapse",
        "leave",
        "rebuild",
        "remind",
        "renewal-failed",
        "renewal-lapse",
        "renewed",
        "retire",
        "revoke",
        "rotated",
        "warn",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. `by` is a chat user id, or `bot`."""

    at: datetime
    by: str
    verb: str
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> bool:
        """Whether it belongs to the story of a request that people are shown."""
        return self.by != BOT or self.verb in TOLD

    def as_json(self, request_id: str, state: str, version: int, nonce: str) -> str:
        """Write it down in one line, with what it did to the request; `nonce` makes it one of a kind."""
        body = {
            "at": self.at.isoformat(),
            "by": self.by,
            "verb": self.verb,
            "request": request_id,
            "state": state,
            "version": version,
            "nonce": nonce,
        }
        if self.details:
            body["details"] = dict(self.details)
        return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def read(said: str) -> Event:
    """Read an event back from its line."""
    body = json.loads(said)
    return Event(
        at=datetime.fromisoformat(body["at"]),
        by=str(body["by"]),
        verb=str(body["verb"]),
        details=body.get("details", {}),
    )


def digest(event: str) -> str:
    """Name an event by its SHA-256."""
    return hashlib.sha256(event.encode()).hexdigest()


def link(before: str, event_digest: str) -> str:
    """Chain a digest to the link before it, as `move.lua` does."""
    return hashlib.sha1((before + event_digest).encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event as it is kept: its number, its text, the text's digest, and the chain up to here."""

    n: int
    event: str
    digest: str
    link: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Follow a chain entry by entry; `faults` of each entry say every edit, gap and reorder."""

    n: int = 0
    link: str = ""
    anchored: bool = True

    def faults(self, entry: Entry) -> list[str]:
        """Say what is wrong with the entry that comes next."""
        found = []
        if self.anchored and entry.n != self.n + 1:
            found.append(f"event {self.n + 1} is missing: {entry.n} follows {self.n}")
        if digest(entry.event) != entry.digest:
            found.append(f"event {entry.n} was edited: its text does not have its digest")
        if self.anchored and entry.link != link(self.link, entry.digest):
            found.append(f"event {entry.n} does not continue the chain")
        return found

    def after(self, entry: Entry) -> Chain:
        """Go on from an entry."""
        return Chain(entry.n, entry.link)

    def end_faults(self, head: Chain) -> list[str]:
        """Say whether the chain ends where its `head` says."""
        if (self.n, self.link) == (head.n, head.link):
            return []
        return [f"the chain ends with event {self.n}, but {head.n} were written"]
