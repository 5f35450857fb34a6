"""Serve an ASGI app on an ephemeral loopback port inside a running event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from starlette.types import ASGIApp

TICKS_A_SECOND = 10  # what uvicorn counts by
GRACE_S = 1
KEEP_ALIVE_S = 75  # longer than clients keep a connection: none sends into one that is just being closed


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to the process it runs in and sleeps until it is stopped."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.stopping = asyncio.Event()

    async def main_loop(self) -> None:
        """Tick once a second, which keeps the Date header fresh, instead of ten times."""
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += TICKS_A_SECOND
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), 1)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Install no handlers."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the port and the idle connections, and give the busy ones a moment."""
        for server in self.servers:
            server.close()
        for port in sockets or []:
            port.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        deadline = asyncio.get_running_loop().time() + GRACE_S
        while self.server_state.connections and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.005)
        for task in self.server_state.tasks:
            task.cancel()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell when the port answers."""
        await super().startup(sockets)
        self.ready.set()


class HttpServer:
    """One app on one port of 127.0.0.1; `port` is known as soon as the object exists."""

    def __init__(self, app: ASGIApp, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        # asyncio switches Nagle off only where the protocol number is given; else every answer waits 40 ms.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_keep_alive=KEEP_ALIVE_S,
            ssl_context_factory=(lambda _config, _default: tls) if tls else None,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to answer."""
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        await self._server.ready.wait()

    async def stop(self) -> None:
        """Answer what is under way, then close the port."""
        self._server.should_exit = True
        self._server.stopping.set()
        if self._task is not None:
            await self._task
        self._socket.close()
