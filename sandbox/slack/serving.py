"""Serve on loopback with uvicorn: the listening socket, and a stop that never hangs on open streams."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from sandbox.slack.server import Slack

HOST = "127.0.0.1"
BACKLOG = 100
# Seconds: longer than clients keep a connection (aiohttp: 15 s), so that none sends into one that is closing.
KEEP_ALIVE = 75


def listen(port: int = 0) -> socket.socket:
    """Take a loopback port; 0 takes a free one.

    The protocol is named because asyncio sets TCP_NODELAY only on sockets that know theirs: with
    socket.create_server, which leaves it 0, every answer in two writes waits 40 ms for a delayed ACK.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((HOST, port))
    listening.listen(BACKLOG)
    return listening


def address_of(listening: socket.socket) -> str:
    """Name the address of a listening socket, e.g. http://127.0.0.1:4500."""
    return f"http://{HOST}:{listening.getsockname()[1]}"


class Server(uvicorn.Server):
    """A server that lets Slack end its event streams and WebSockets before it waits for connections."""

    def __init__(self, config: uvicorn.Config, slack: Slack) -> None:
        super().__init__(config)
        self._slack = slack

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop Slack, then serving."""
        await self._slack.stop()
        await super().shutdown(sockets)
