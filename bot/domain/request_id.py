"""Ids that people can say: `GK-7F3K`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PREFIX = "GK-"
# Crockford's alphabet without 0 and 1, which people read as O and I.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
SHORTEST = 4
_SAID = re.compile(rf"^\s*`?(?:{PREFIX})?([{ALPHABET}]{{4,8}})`?\s*$", re.IGNORECASE)


def new(choose: Callable[[Sequence[str]], str], length: int = SHORTEST, prefix: str = PREFIX) -> str:
    """Make an id from `length` characters; `choose` picks one of a sequence."""
    return prefix + "".join(choose(ALPHABET) for _ in range(length))


def read(said: str) -> str | None:
    """Read an id the way people type it (`gk-7f3k`, `7F3K`), or None."""
    match = _SAID.match(said)
    return PREFIX + match[1].upper() if match else None
