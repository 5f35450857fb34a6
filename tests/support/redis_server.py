"""A real Redis server for tests, on a Unix socket."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.store.embedded_files import find_binary

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 10.0


class RedisServer:
    """One server process with its append-only file; `url` works for redis-py and docket."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._socket = directory / "redis.sock"
        self.url = "unix://" + quote(str(self._socket))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, with whatever its file holds, and wait until it answers."""
        self._process = subprocess.Popen(
            [
                *(find_binary(None), "--port", "0", "--unixsocket", self._socket),
                *("--save", "", "--appendonly", "yes", "--loglevel", "warning"),
            ],
            cwd=self.directory,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.01)

    def kill(self) -> None:
        """End it without a word, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let it take what is sent and answer nothing for a while."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self._socket))
                probe.sendall(b"PING\r\n")
                return probe.recv(16) == b"+PONG\r\n"
            except OSError:
                return False


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Run one in a directory of its own, short enough for a socket's path."""
    directory = Path(tempfile.mkdtemp(prefix="gkb-test-"))
    server = RedisServer(directory)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(directory, ignore_errors=True)
