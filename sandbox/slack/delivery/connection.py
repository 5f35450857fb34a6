"""Hold one Socket Mode WebSocket, down to its TCP transport for the rougher faults."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator

    from starlette.types import Receive


class Connection:
    """One accepted WebSocket of the app."""

    def __init__(self, websocket: WebSocket, receive: Receive) -> None:
        self._websocket = websocket
        # ASGI hides the TCP transport; uvicorn's `receive` is a method of the protocol object that owns it.
        self._transport: asyncio.Transport | None = getattr(
            getattr(receive, "__self__", None), "transport", None
        )
        self._silent = False
        self.sent = 0
        self.port = websocket.client.port if websocket.client else 0

    async def send(self, message: dict[str, Any]) -> None:
        """Send one JSON frame; a connection that has just gone, or is silent, swallows it."""
        if self._silent or self._websocket.application_state is not WebSocketState.CONNECTED:
            return
        self.sent += 1
        try:
            await self._websocket.send_text(json.dumps(message))
        except (WebSocketDisconnect, RuntimeError):
            return

    async def texts(self) -> AsyncIterator[str]:
        """Yield what the app sends until the connection ends."""
        async for text in self._websocket.iter_text():
            yield text

    async def close(self) -> None:
        """Close politely, once."""
        if self._websocket.application_state is WebSocketState.CONNECTED:
            try:
                await self._websocket.close()
            except (WebSocketDisconnect, RuntimeError):
                return

    def abort(self) -> None:
        """Cut the TCP connection."""
        if self._transport is not None:
            self._transport.abort()

    def silence(self) -> None:
        """Read nothing and write nothing more, so that even pings stay unanswered."""
        self._silent = True
        if self._transport is not None:
            self._transport.pause_reading()
