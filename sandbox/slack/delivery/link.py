"""Accept the app's Socket Mode WebSockets at /link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.websockets import WebSocket

from sandbox.slack.delivery.connection import Connection

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from sandbox.slack.delivery.socket import SocketTransport


class Link:
    """The ASGI endpoint that opens a connection for each unused ticket."""

    def __init__(self, sockets: SocketTransport) -> None:
        self._sockets = sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the handshake (403) without a good ticket, else keep the connection."""
        websocket = WebSocket(scope, receive, send)
        if not self._sockets.redeem(websocket.query_params.get("ticket", "")):
            await websocket.close()
            return
        await websocket.accept()
        debug = websocket.query_params.get("debug_reconnects") == "true"
        await self._sockets.serve(Connection(websocket, receive), debug=debug)
