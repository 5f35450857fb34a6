"""Fork bots from a process that has loaded everything, so that a restart costs 50 ms and not two seconds.

Each child is a process of its own that runs the real command line; nothing is shared after the fork.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Self

PR_SET_PDEATHSIG = 1  # Linux: prctl(2)
HEAVY = (
    "bot.serving.role",
    "bot.jobs.worker",
    "bot.google.wire",
    "bot.google.cloud",
    "handlers.app",
    "bot.cli.main",
)


class Mother:
    """The process that has loaded everything; one serves all tests of a run."""

    def __init__(self) -> None:
        """Start it and wait until it is ready."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._asking = threading.Lock()
        assert self._answer() == "ready"

    def spawn(self, order: Mapping[str, object]) -> int:
        """Have one bot forked; returns its process id."""
        assert self._process.stdin is not None
        with self._asking:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return int(self._answer())

    def close(self) -> None:
        """Let it go."""
        self._process.communicate(timeout=10)

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class Zygote:
    """All bots of one test; `spawn` makes one."""

    def __init__(self, mother: Mother) -> None:
        self._mother = mother
        self._children: list[Child] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for child in self._children:
            await child.kill()

    async def spawn(self, role: str, environment: Mapping[str, str], log: Path) -> Child:
        """Start `gemini-key-bot serve --role …` with exactly this environment."""
        order = {"role": role, "environment": dict(environment), "log": str(log)}
        child = Child(await asyncio.to_thread(self._mother.spawn, order))
        self._children.append(child)
        return child


class Child:
    """One bot. It is nobody's child here, so its end is seen through a pidfd."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._ended = asyncio.Event()
        try:
            self._fd = os.pidfd_open(pid)
        except ProcessLookupError:
            self._ended.set()
            return
        asyncio.get_running_loop().add_reader(self._fd, self._on_end)

    @property
    def alive(self) -> bool:
        return not self._ended.is_set()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; to a dead one it is nothing."""
        with contextlib.suppress(ProcessLookupError):
            if self.alive:
                signal.pidfd_send_signal(self._fd, number)

    async def kill(self) -> None:
        """End it without a word (SIGKILL) and see it gone."""
        self.signal(signal.SIGKILL)
        await self._ended.wait()

    async def ended(self) -> None:
        """Wait for its end."""
        await self._ended.wait()

    def _on_end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._fd)
        os.close(self._fd)
        self._ended.set()


def _mother() -> None:
    """Load, say so, and fork once for every line."""
    for name in HEAVY:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)  # noqa: T201 - the answer
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if not pid:
            _child(order)
        print(pid, flush=True)  # noqa: T201 - the answer


def _child(order: dict[str, object]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    # No bot outlives a run that was ended without a word.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    log = os.open(str(order["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, log), (2, log)):
        os.dup2(source, target)
    environment = order["environment"]
    assert isinstance(environment, dict)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["gemini-key-bot", "serve", "--role", str(order["role"])]
    code = 1
    try:
        importlib.import_module("bot.cli.main").main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _mother()
