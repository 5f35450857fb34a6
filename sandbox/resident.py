"""The bot as the sandbox knows it: a command, an environment, and a page that says it is ready."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import urllib.request
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType
    from typing import IO, Self

READY_WITHIN = 60.0
STOP_WITHIN = 15.0
# A proxy would carry loopback calls off the machine, and Slack's client heeds no exceptions.
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
ANOTHERS = ("SLACK_", "GEMINI_KEY_BOT_", "GOOGLE_", "REDIS_URL", "GCE_METADATA", "CLOUDSDK_", "OTEL_")


class NotStartedError(RuntimeError):
    """The bot ended, or said nothing, before it was ready."""


class Resident:
    """One process of the bot."""

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        data: Path,
        policy: Path,
        log: IO[bytes] | None = None,
        role: str = "all",
        module: str = "bot",
    ) -> None:
        """Nothing runs before `async with`; `module` is what has the command line."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        own = {
            name: value
            for name, value in os.environ.items()
            if name not in PROXIES and not name.startswith(ANOTHERS)
        }
        self.environment = {
            **own,
            **environment,
            "PORT": str(self.port),
            "GEMINI_KEY_BOT_DATA_DIR": str(data),
            f"GEMINI_KEY_BOT_POLICY_{'DIR' if policy.is_dir() else 'FILE'}": str(policy),
        }
        self._log, self._role, self._module = log, role, module
        self.process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Start it and wait until it says that it is ready."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self._module,
            "serve",
            "--role",
            self._role,
            env=self.environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        try:
            await asyncio.wait_for(self._until_ready(self.process), READY_WITHIN)
        except TimeoutError:
            await self.stop()
            raise NotStartedError(f"the bot was not ready within {READY_WITHIN:.0f} s") from None
        except BaseException:
            await self.stop()
            raise
        return self

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        while not await asyncio.to_thread(self._ready):
            if process.returncode is not None:
                raise NotStartedError(f"the bot ended with code {process.returncode} before it was ready")
            await asyncio.sleep(0.05)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it as an operator would."""
        await self.stop()

    async def kill(self) -> None:
        """End it without a word, as a crash or a power cut would."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def stop(self) -> None:
        """Ask it to stop; end it when it does not."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), STOP_WITHIN)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    def _ready(self) -> bool:
        with contextlib.suppress(OSError):
            url = f"http://127.0.0.1:{self.port}/readyz"
            with DIRECT.open(url, timeout=2) as answer:
                return bool(answer.status == 200)  # noqa: PLR2004 - HTTP OK
        return False
