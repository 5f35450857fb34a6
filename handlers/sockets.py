"""Socket Mode: two connections, so that losing one loses no click."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

CONNECTIONS = 2
# With 3 s an aborted connection is noticed after 1.5 s and a silent one after 4.5 s; with the
# default of 10 s it takes three times as long, and clicks made meanwhile are lost.
PING_SECONDS = 3

log = structlog.get_logger(__name__)


class Sockets:
    """The connections that Slack delivers over."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        """Nothing is connected before `open`."""
        self._handlers = [
            AsyncSocketModeHandler(app, app_token, ping_interval=PING_SECONDS) for _ in range(CONNECTIONS)
        ]

    async def open(self) -> None:
        """Connect all of them; each comes back by itself when it is lost."""
        connecting = (handler.connect_async() for handler in self._handlers)  # type: ignore[no-untyped-call]
        await asyncio.gather(*connecting)

    async def close(self) -> None:
        """Disconnect for good."""
        closing = (handler.close_async() for handler in self._handlers)  # type: ignore[no-untyped-call]
        await asyncio.gather(*closing, return_exceptions=True)

    @property
    def connections(self) -> int:
        """How many are open now."""
        return sum(_is_open(handler) for handler in self._handlers)

    def trouble(self) -> str:
        """Say so when no connection is open."""
        return "" if self.connections else "no Socket Mode connection is open"


def _is_open(handler: AsyncSocketModeHandler) -> bool:
    session = handler.client.current_session
    return session is not None and not session.closed
