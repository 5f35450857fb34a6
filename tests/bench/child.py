"""A process beside the measured one: it says a line of JSON when it is ready and ends with its stdin."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

READY_WITHIN = 60.0
STOP_WITHIN = 15.0


@asynccontextmanager
async def child(
    module: str, *arguments: str, environment: Mapping[str, str] | None = None, within: float = READY_WITHIN
) -> AsyncIterator[dict[str, Any]]:
    """Run a module of this package until the block ends; yields what it said, with its `pid`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"{__package__}.{module}", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), within)
        yield json.loads(line) | {"pid": process.pid}
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), STOP_WITHIN)
        except TimeoutError:
            process.kill()
            await process.wait()


def say(**facts: Any) -> None:
    """Tell the parent that this process is ready, and where."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


async def until_stdin_ends() -> None:
    """Wait until the parent lets go or is gone."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    await reader.read()
