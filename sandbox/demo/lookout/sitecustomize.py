"""Write down every address that this process looks up or connects to, and refuse those off the machine.

Python's own sockets report themselves (audit events); uvloop connects in C and is asked here.
gRPC's C core does neither: `sandbox.demo.open_sockets` looks at what it holds open.
"""

from __future__ import annotations

import functools
import ipaddress
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

NOTES = "LOOKOUT_NOTES"
HOST_FIRST = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
ADDRESS_SECOND = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


def is_here(host: object) -> bool:
    """Tell whether a host is this machine; None and "" are what `getaddrinfo` calls it."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


def watch(notes: str) -> None:
    """Begin; there is no way to stop (Python: audit hooks cannot be removed)."""
    file = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(event: str, host: object) -> None:
        os.write(file, f"{os.getpid()} {event} {host}\n".encode())
        if not is_here(host):
            raise PermissionError(f"{event}: {host} is not on this machine")

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in HOST_FIRST:
            note(event, args[0])
        elif event in ADDRESS_SECOND and isinstance(args[1], tuple):  # the others are paths
            note(event, args[1][0])

    sys.addaudithook(hook)
    _watch_uvloop(note)


def _watch_uvloop(note: Callable[[str, object], None]) -> None:
    try:
        from uvloop import Loop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return
    for name, place in (("getaddrinfo", 0), ("create_connection", 1)):
        setattr(Loop, name, _noted(getattr(Loop, name), place, note))


def _noted(method: Callable[..., Any], place: int, note: Callable[[str, object], None]) -> Callable[..., Any]:
    @functools.wraps(method)
    async def noted(loop: object, *args: Any, **named: Any) -> Any:
        host = named.get("host", args[place] if len(args) > place else None)
        note(f"uvloop.{method.__name__}", host)
        return await method(loop, *args, **named)

    return noted


if os.environ.get(NOTES):
    watch(os.environ[NOTES])
