"""A door before Redis: it sees every command, and can end who sent one before or after it takes effect."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos.resp import Commands, Replies

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    Watch = Callable[[list[bytes]], str | None]

# A Unix socket, or a port on loopback.
Address = Path | int
CHUNK = 1 << 16
# Their answers come without being asked for.
PUSHED = frozenset({b"SUBSCRIBE", b"PSUBSCRIBE", b"SSUBSCRIBE"})


class Door:
    """One entrance to each server: who comes in by one is led to the others' entrances, not to the servers.

    `watch` is asked about every command: None lets it pass; "before" ends the caller unheard, "after" once
    the server has done it, "cut" loses the answer with the connection; `slay` ends the caller's process.
    """

    def __init__(self, servers: dict[Address, Address]) -> None:
        """`servers`: entrance → server."""
        self.watch: Watch = lambda _: None
        self.slay: Callable[[], None] = lambda: None
        self._servers = servers
        self._listening: list[asyncio.Server] = []
        self._pumps: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        for entrance, server in self._servers.items():
            self._listening.append(await self._listen(entrance, server))
        return self

    async def __aexit__(self, *_: object) -> None:
        for listening in self._listening:
            listening.close()
        for pump in list(self._pumps):
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    def url(self, url: str) -> str:
        """Turn the URL of the servers into that of their entrances."""
        for entrance, server in self._servers.items():
            url = url.replace(str(server), str(entrance))
        return url

    def renamed(self, reply: bytes) -> bytes:
        """Put entrances in place of servers where a Cluster or a Sentinel says where one is.

        All ports are of five digits, so no length changes.
        """
        for entrance, server in self._servers.items():
            for form in (b":%d\r\n", b"$5\r\n%d\r\n"):
                if isinstance(server, int) and isinstance(entrance, int):
                    reply = reply.replace(form % server, form % entrance)
        return reply

    async def _listen(self, entrance: Address, server: Address) -> asyncio.Server:
        async def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._pumps.add(task)
            try:
                with contextlib.suppress(OSError, asyncio.CancelledError, EOFError):
                    await _Passage(self, reader, writer).run(server)
            finally:
                self._pumps.discard(task)

        if isinstance(entrance, int):
            return await asyncio.start_server(enter, "127.0.0.1", entrance)
        return await asyncio.start_unix_server(enter, str(entrance))


async def _to(server: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if isinstance(server, int):
        return await asyncio.open_connection("127.0.0.1", server)
    return await asyncio.open_unix_connection(str(server))


class _Passage:
    """One connection."""

    def __init__(self, door: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._door, self._reader, self._writer = door, reader, writer
        self._replies, self._sent = Replies(), 0
        self._answered = asyncio.Event()
        self._mute = self._counted = False

    async def run(self, server: Address) -> None:
        try:
            below, self._below = await _to(server)
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
                    self._writer.write(self._door.renamed(data))
                    await self._writer.drain()
        self._writer.close()
