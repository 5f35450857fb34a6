"""Requests in memory: one record a request, versioned writes, and what the audit heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.domain.listing import PAGE, Page
from bot.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.audit import Event
    from bot.domain.key_request import KeyRequest
    from bot.domain.limits import Limit
    from bot.domain.listing import Listing
    from tests.support.fuse import Fuse


@dataclass
class Book:
    """What is on the disk: it stays when a worker dies."""

    records: dict[str, KeyRequest] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)
    wakes: list[KeyRequest] = field(default_factory=list)


class Ledger:
    """The book as one worker writes it; a write happens whole or not at all."""

    def __init__(self, book: Book, fuse: Fuse) -> None:
        self._book, self._fuse = book, fuse

    async def get(self, team_id: str, request_id: str) -> KeyRequest:
        try:
            return self._book.records[request_id]
        except KeyError:
            raise NotFound("I don't know {id}.", id=request_id) from None

    async def edit(
        self,
        team_id: str,
        request_id: str,
        change: Callable[[KeyRequest], KeyRequest],
        event: Event,
        limits: Sequence[Limit] = (),
    ) -> KeyRequest:
        async with self._fuse.effect(f"write {event.verb}"):
            request = await self.get(team_id, request_id)
            changed = change(request)
            if changed != request:
                self._book.records[request_id] = changed
                self._book.events.append(event.verb)
        return changed

    async def page(self, team_id: str, listing: Listing, cursor: str = "", limit: int = PAGE) -> Page:
        """Give all requests of one person as the only page."""
        found = [r for r in self._book.records.values() if r.requester.user_id == listing.subject]
        return Page(found, len(found), "")


class Bell:
    """Wake-ups in memory."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def wake(self, request: KeyRequest) -> None:
        self._book.wakes.append(request)
