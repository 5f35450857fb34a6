"""Serve an app on loopback inside the test's own loop."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette

from sandbox.slack.serving import KEEP_ALIVE

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Iterator, Sequence

    from starlette.routing import BaseRoute


class Server(uvicorn.Server):
    """uvicorn that leaves the test run's signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@contextlib.asynccontextmanager
async def serving(routes: Sequence[BaseRoute], listening: socket.socket) -> AsyncIterator[None]:
    """Answer on a socket that listens already."""
    config = uvicorn.Config(
        Starlette(routes=routes), log_level="critical", lifespan="off", timeout_keep_alive=KEEP_ALIVE
    )
    server = Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.002)
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        await task
