"""As much of Redis's wire protocol as it takes to cut it at a command's edge (RESP2 and RESP3)."""

from __future__ import annotations

LINES = b"+-:,#(_"
BULKS = b"$=!"
LISTS = b"*~>"


class Commands:
    """Cut a client's bytes into commands: (arguments, the bytes they came as)."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[tuple[list[bytes], bytes]]:
        self._buffer += data
        found = []
        while (cut := _command(bytes(self._buffer))) is not None:
            arguments, end = cut
            found.append((arguments, bytes(self._buffer[:end])))
            del self._buffer[:end]
        return found


class Replies:
    """Count the whole replies in a server's bytes."""

    def __init__(self) -> None:
        self._buffer = b""
        self.seen = 0

    def feed(self, data: bytes) -> int:
        self._buffer += data
        at = 0
        while (end := _value(self._buffer, at)) is not None:
            at = end
            self.seen += 1
        self._buffer = self._buffer[at:]
        return self.seen


def _command(data: bytes) -> tuple[list[bytes], int] | None:
    line = _line(data, 0)
    if line is None:
        return None
    count, at = int(data[1 : line - 2]), line
    arguments = []
    for _ in range(count):
        line = _line(data, at)
        if line is None:
            return None
        size = int(data[at + 1 : line - 2])
        if len(data) < line + size + 2:
            return None
        arguments.append(data[line : line + size])
        at = line + size + 2
    return arguments, at


def _value(data: bytes, at: int) -> int | None:
    """Return where the value that begins at `at` ends, None when it is not whole yet."""
    line = _line(data, at)
    if line is None:
        return None
    kind = data[at : at + 1]
    if kind in LINES:
        return line
    size = int(data[at + 1 : line - 2])
    if kind in BULKS:
        end = line + size + 2 if size >= 0 else line
        return end if len(data) >= end else None
    inside = max(size, 0) * (1 if kind in LISTS else 2) + (kind == b"|")
    end: int | None = line
    for _ in range(inside):
        end = _value(data, end) if end is not None else None
    return end


def _line(data: bytes, at: int) -> int | None:
    end = data.find(b"\r\n", at)
    return None if end < 0 else end + 2
