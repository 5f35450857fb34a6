"""The sandbox as a whole: one address with a small Slack and a small Google Cloud behind it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette

from sandbox.google.clock import Delays, utc_now
from sandbox.google.cloud import Cloud
from sandbox.google.quotas import Quotas
from sandbox.slack.options import Options
from sandbox.slack.server import Slack
from sandbox.slack.serving import KEEP_ALIVE, Server, address_of, listen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType
    from typing import Self


class Town:
    """Both clouds on one loopback address; `environment` is all that a bot needs to live here."""

    def __init__(
        self,
        directory: Path,
        *,
        port: int = 0,
        delays: Delays | None = None,
        quotas: Quotas | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Take the port at once, so that the address is known before anything starts.

        `clock` is Google's alone: Slack and the bot keep the machine's time.
        """
        self._listening = listen(port)
        self.address = address_of(self._listening)
        self.slack = Slack(options=Options(console_url=self.address))
        self.slack.bind(self.address)
        self.cloud = Cloud(
            directory,
            console_url=self.address,
            clock=clock,
            delays=delays or Delays(),
            quotas=quotas or Quotas.none(),
        )
        self._server: Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start both and serve."""
        await self.cloud.start()
        await self.slack.start()
        app = Starlette(routes=[*self.cloud.routes(), *self.slack.routes()])
        config = uvicorn.Config(
            app,
            log_level="warning",
            ws="websockets-sansio",
            lifespan="off",
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config, self.slack)
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._listening]))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving, then both."""
        if self._server and self._serving:
            self._server.should_exit = True
            await self._serving
        await self.cloud.stop()
        self.close()

    def close(self) -> None:
        """Give the port back, also when nothing was started."""
        self._listening.close()

    def environment(self) -> dict[str, str]:
        """Give the settings that point a bot here."""
        return {**self.slack.environment(), **self.cloud.environment()}


class _Server(Server):
    """A server that leaves signals to whoever started it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Install no handler."""
        yield
