"""Run a real Redis server for one bot on one machine, when no `REDIS_URL` is set."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import structlog

from bot.errors import Misconfigured, Unavailable
from bot.store.embedded_files import find_binary, lock, make_private, open_log, socket_in, socket_path

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

FSYNC = ("everysec", "always")
# How long a server may keep silent while it starts, or take to save and exit, in seconds.
PATIENCE = 10.0
POLL = 0.02
PONG = b"+PONG\r\n"
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0
# A server that lived this long had no trouble starting, so its next crash begins with the first pause.
HEALTHY = 60.0
# A hash whose values all fit in this many bytes is packed: a finished request takes a fifth less.
PACKED = 2048
# Files for their owner alone; by the shell, because uvloop's spawn takes no `umask`.
PRIVATELY = ("/bin/sh", "-c", 'umask 077 && exec "$0" "$@"')

_LOG = structlog.get_logger(__name__)


class EmbeddedRedis:
    """Supervise one Redis server on a Unix socket, with its append-only file in `directory`.

    The directory belongs to the server alone. `fsync` is Redis's `appendfsync`: `everysec` may lose the last
    second in a power cut, `always` loses nothing; a killed server process loses nothing in either.
    """

    def __init__(
        self, directory: Path, *, binary: Path | None = None, fsync: str = "everysec", log: Any = _LOG
    ) -> None:
        if fsync not in FSYNC:
            raise Misconfigured(
                "{fsync} is no way to write the file; choose everysec or always.", fsync=fsync
            )
        self._directory = directory.absolute()
        self._setting, self._fsync, self._log = binary, fsync, log
        self._running = AsyncExitStack()
        self._binary: Path
        self._socket: Path
        self._process: asyncio.subprocess.Process
        self._born: float

    async def start(self) -> str:
        """Start the server and return its `unix://` URL once it answers, however long its file takes to load.

        Raises `Misconfigured` when another instance has the directory or there is no server to run, and
        `Unavailable` when the server does not come up.
        """
        self._binary = find_binary(self._setting)
        make_private(self._directory)
        async with AsyncExitStack() as running:
            mine = lock(self._directory / "bot.lock")
            if mine is None:
                raise Misconfigured(
                    "{directory} is in use by another instance; set REDIS_URL to share.",
                    directory=str(self._directory),
                )
            running.callback(os.close, mine)
            self._socket = running.enter_context(socket_path(self._directory))
            await self._spawn()
            running.push_async_callback(self._end)
            await self._ready()
            running.push_async_callback(_cancel, asyncio.create_task(self._keep_alive()))
            self._running = running.pop_all()
        self._log.info("redis.started", binary=self._binary.name, directory=str(self._directory))
        return self.url

    async def stop(self) -> None:
        """Ask the server to write its file and exit, wait for it, and give the directory free."""
        await self._running.aclose()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The URL that `start` returned; redis-py and docket both take it."""
        return _url(self._socket)

    async def _spawn(self) -> None:
        held = await self._vacant()
        try:
            with open_log(self._directory / "redis.log") as output:
                self._process = await asyncio.create_subprocess_exec(
                    *PRIVATELY,
                    self._binary,
                    *("--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700"),
                    *("--appendonly", "yes", "--appendfsync", self._fsync, "--save", ""),
                    *("--maxmemory-policy", "noeviction", "--loglevel", "warning"),
                    *("--hash-max-listpack-value", str(PACKED)),
                    cwd=self._directory,
                    env={},  # the bot's environment holds tokens that are none of the server's business
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,  # Ctrl-C reaches the bot alone, which drains and then stops this
                    pass_fds=(held,),
                )
            self._born = asyncio.get_running_loop().time()
            os.truncate(held, 0)
            os.pwrite(held, b"%d" % self._process.pid, 0)
        finally:
            os.close(held)

    async def _vacant(self) -> int:
        """Take the lock that each server inherits, once the orphan of a killed bot has saved and left."""
        path, loop = self._directory / "server.lock", asyncio.get_running_loop()
        deadline, pid = loop.time() + PATIENCE, 0
        while (held := lock(path)) is None:
            if not pid and (pid := int(path.read_text() or 0)):
                self._log.warning("redis.orphan_found", pid=pid)
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGTERM)
            if loop.time() > deadline:
                raise Unavailable(
                    "A left-over Redis server (process {pid}) still writes to {directory}. Please stop it.",
                    pid=pid,
                    directory=str(self._directory),
                )
            await asyncio.sleep(POLL)
        return held

    async def _ready(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while (answer := await _ping(self._socket)) != PONG:
            if answer:  # "-LOADING": it is alive and reads its file
                deadline = loop.time() + PATIENCE
            elif self._process.returncode is not None or loop.time() > deadline:
                await self._end()
                raise Unavailable(
                    "The embedded Redis did not start; {log} says why.",
                    log=str(self._directory / "redis.log"),
                )
            await asyncio.sleep(POLL)

    async def _keep_alive(self) -> None:
        loop, pause = asyncio.get_running_loop(), FIRST_PAUSE
        while True:
            code = await self._process.wait()
            with suppress(OSError):  # its number may soon be another process's, which nobody must signal
                os.truncate(self._directory / "server.lock", 0)
            pause = FIRST_PAUSE if loop.time() - self._born > HEALTHY else pause
            self._log.error("redis.died", code=code, again_in_seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            try:
                await self._spawn()
                await self._ready()
            except (Unavailable, OSError) as error:
                self._log.error("redis.restart_failed", error=str(error))
            else:
                self._log.warning("redis.restarted")

    async def _end(self) -> None:
        with suppress(ProcessLookupError):
            if self._process.returncode is None:
                self._process.terminate()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._process.wait()
        except TimeoutError:
            self._log.warning("redis.killed", reason="it did not exit when asked")
            self._process.kill()
            await self._process.wait()


async def running_in(directory: Path) -> str:
    """Find the server that another instance runs in a directory; returns its URL, empty when none answers."""
    socket = socket_in(directory)
    return _url(socket) if await _ping(socket) == PONG else ""


def _url(socket: Path) -> str:
    return "unix://" + quote(str(socket))


async def _ping(socket: Path) -> bytes:
    """Ask for one line over a fresh connection; nothing when nobody answers."""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(b"PING\r\n")
                return await reader.readline()
            finally:
                writer.close()
    return b""


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait((task,))
    if not task.cancelled() and (error := task.exception()):
        raise error
