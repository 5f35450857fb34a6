"""Look at the sockets that processes hold open, whichever library opened them (Linux: /proc)."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

EVERY = 0.25
TABLES = ("tcp", "tcp6", "udp", "udp6")
_SOCKET = re.compile(r"socket:\[(\d+)\]")


class OpenSockets:
    """Collect, while the story runs, every address at either end of the processes' sockets.

    `looks` counts the times that anything was seen: none means that this system cannot be looked at.
    """

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        """Ask `pids` anew each time: processes come and go."""
        self.looks = 0
        self.seen: set[str] = set()
        self._pids = pids

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(EVERY)

    def look(self) -> None:
        """Look once."""
        found = {host for pid in self._pids() for host in addresses_of(pid)}
        self.looks += bool(found)
        self.seen |= found

    def strangers(self) -> set[str]:
        """Name what is not this machine."""
        return {host for host in self.seen if not ipaddress.ip_address(host).is_loopback}


def addresses_of(pid: int) -> set[str]:
    """List the addresses of one process's sockets; none when it is gone, or no Linux process."""
    return {host for pair in _sockets(pid) for host, _ in ends(*pair)}


def ports_of(pid: int) -> set[int]:
    """List the ports at the process's own end of its sockets."""
    return {port for own, _ in _sockets(pid) for _, port in ends(own)}


def _sockets(pid: int) -> list[tuple[str, str]]:
    """Read both ends of every socket, as the tables write them."""
    found: list[tuple[str, str]] = []
    with contextlib.suppress(OSError):
        inodes = _inodes(pid)
        for table in TABLES:
            lines = Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
            found += [(line[1], line[2]) for line in map(str.split, lines) if line[9] in inodes]
    return found


def _inodes(pid: int) -> set[str]:
    inodes = set()
    for entry in os.scandir(f"/proc/{pid}/fd"):
        with contextlib.suppress(OSError):
            if found := _SOCKET.fullmatch(str(Path(entry.path).readlink())):
                inodes.add(found[1])
    return inodes


def ends(*written: str) -> Iterator[tuple[str, int]]:
    """Read `0100007F:1F90`; an end at port 0 is no end (a listening socket has no peer)."""
    for end in written:
        host, _, port = end.partition(":")
        if int(port, 16):
            words = [bytes.fromhex(host[i : i + 8])[::-1] for i in range(0, len(host), 8)]
            address = ipaddress.ip_address(b"".join(words))
            yield str(getattr(address, "ipv4_mapped", None) or address), int(port, 16)
