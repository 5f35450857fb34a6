"""Push what happens to the open pages (server-sent events)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

WAITING_LIMIT = 5_000


@dataclass(eq=False, slots=True)
class Listener:
    """One open page: its user and what it has not read yet; None ends the stream."""

    user: str
    waiting: asyncio.Queue[dict[str, Any] | None] = field(
        default_factory=lambda: asyncio.Queue(maxsize=WAITING_LIMIT)
    )

    def push(self, event: dict[str, Any] | None) -> None:
        """Queue an event; a page that stopped reading loses the oldest."""
        if self.waiting.full():
            self.waiting.get_nowait()
        self.waiting.put_nowait(event)


@dataclass(slots=True)
class Hub:
    """Know who is looking and tell them."""

    listeners: set[Listener] = field(default_factory=set)
    closed: bool = False

    def join(self, user: str) -> Listener:
        """Open a stream for a user's page."""
        listener = Listener(user)
        if self.closed:
            listener.push(None)
        self.listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a stream whose page has gone."""
        self.listeners.discard(listener)

    def to(self, user: str, event: dict[str, Any]) -> None:
        """Tell one user's pages."""
        self.to_each((user,), event)

    def to_each(self, users: Iterable[str], event: dict[str, Any]) -> None:
        """Tell the pages of several users."""
        wanted = set(users)
        for listener in self.listeners:
            if listener.user in wanted:
                listener.push(event)

    def to_all(self, event: dict[str, Any]) -> None:
        """Tell every open page."""
        for listener in self.listeners:
            listener.push(event)

    def close(self) -> None:
        """End every stream, so that a server can stop without waiting for pages."""
        self.closed = True
        for listener in self.listeners:
            listener.push(None)
