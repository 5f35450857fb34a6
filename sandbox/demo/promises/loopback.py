"""Promise 11: nobody was looked up or called off the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.demo.lookout.sitecustomize import is_here
from sandbox.demo.promises import check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Transcript


async def check_loopback(stage: Stage, transcript: Transcript) -> str:
    """Read what the processes noted about themselves, and what their sockets showed."""
    notes = [line.split(" ", 2) for line in stage.notes.read_text().splitlines()]
    strangers = strangers_in(host for _, _, host in notes)
    check(not strangers, f"asked for {', '.join(sorted(strangers))}")
    processes = len({pid for pid, _, _ in notes})
    check(processes > stage.started, f"only {processes} processes watched themselves")
    open_ones = stage.sockets.strangers()
    check(not open_ones, f"a socket was open to {', '.join(sorted(open_ones))}")
    noted = f"{processes} processes noted {len(notes)} look-ups and connections of Python and uvloop"
    if not stage.sockets.looks:
        return f"{noted}, all loopback; gRPC's own could not be seen on this system"
    return (
        f"{noted}, all loopback, and so was every open socket (gRPC's too) "
        f"in {stage.sockets.looks} looks at /proc"
    )


def strangers_in(hosts: Iterable[str]) -> set[str]:
    """Name the hosts that are not this machine."""
    return {host for host in hosts if host != "None" and not is_here(host)}
