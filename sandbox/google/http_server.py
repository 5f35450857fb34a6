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

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell when the port answers."""
        await super().startup(sockets)
        self.ready.set()


class HttpServer:
    """One app on one port of 127.0.0.1; `port` is known as soon as the object exists."""

    def __init__(self, app: ASGIApp, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
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
