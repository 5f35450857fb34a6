"""A door before Redis: it sees every command, and can end who sent one before or after it takes effect."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.chaos.resp import Commands, Replies

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

    Watch = Callable[[list[bytes]], str | None]

CHUNK = 1 << 16
# Their answers come without being asked for.
PUSHED = frozenset({b"SUBSCRIBE", b"PSUBSCRIBE", b"SSUBSCRIBE"})


class Door:
    """A Unix socket that leads to a server's Unix socket.

    `watch` is asked about every command: None lets it pass; "before" ends the caller unheard, "after" once
    the server has done it, "cut" loses the answer with the connection; `slay` ends the caller's process.
    """

    def __init__(self, path: Path, server: Path) -> None:
        self.url = "unix://" + quote(str(path))
        self.watch: Watch = lambda _: None
        self.slay: Callable[[], None] = lambda: None
        self._path, self._server_path = path, server
        self._server: asyncio.Server
        self._pumps: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._enter, str(self._path))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for pump in list(self._pumps):
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._pumps.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.CancelledError, EOFError):
                await _Passage(self, reader, writer).run(str(self._server_path))
        finally:
            self._pumps.discard(task)


class _Passage:
    """One connection."""

    def __init__(self, door: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._door, self._reader, self._writer = door, reader, writer
        self._replies, self._sent = Replies(), 0
        self._answered = asyncio.Event()
        self._mute = self._counted = False

    async def run(self, server: str) -> None:
        try:
            below, self._below = await asyncio.open_unix_connection(server)
        except OSError:
            self._writer.close()
            return
        back = asyncio.create_task(self._back(below))
        try:
            await self._forth()
        finally:
            back.cancel()
            self._below.close()
            self._writer.close()
            await asyncio.gather(back, return_exceptions=True)

    async def _forth(self) -> None:
        commands = Commands()
        while data := await self._reader.read(CHUNK):
            for arguments, raw in commands.feed(data):
                how = self._door.watch(arguments)
                if how == "before":
                    self._door.slay()
                    return
                self._counted = self._counted or arguments[0].upper() in PUSHED
                self._sent += 1
                self._mute = how is not None
                self._below.write(raw)
                if how is not None:
                    await self._until_done()
                    if how == "after":
                        self._door.slay()
                    return
            await self._below.drain()

    async def _until_done(self) -> None:
        while self._replies.seen < self._sent:
            self._answered.clear()
            await self._answered.wait()

    async def _back(self, below: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):
            while data := await below.read(CHUNK):
                if not self._counted:
                    self._replies.feed(data)
                    self._answered.set()
                if not self._mute:
                    self._writer.write(data)
                    await self._writer.drain()
        self._writer.close()
