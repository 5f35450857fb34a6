"""Search bytes for a text, also where it was written in another alphabet."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


def spellings(text: str) -> set[bytes]:
    """Write a text plainly, in hex, and in base64 wherever it may begin."""
    raw = text.encode()
    found = {raw, raw.hex().encode(), raw.hex().upper().encode()}
    for offset in range(3):
        # Characters that also depend on the neighbours are cut off.
        begin, end = (0, 2, 3)[offset], None if (len(raw) + offset) % 3 == 0 else -1
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found.add(encode(bytes(offset) + raw).rstrip(b"=")[begin:end])
    return found


def places(haystack: Mapping[str, bytes], needles: Iterable[str]) -> list[str]:
    """Name where any of the needles is found; the needle itself is never named."""
    wanted = [spelling for needle in needles for spelling in spellings(needle)]
    return [name for name, content in haystack.items() if any(each in content for each in wanted)]


def files(directory: Path) -> Iterator[tuple[str, bytes]]:
    """Read every file below a directory."""
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            yield f"file {path.relative_to(directory)}", path.read_bytes()
