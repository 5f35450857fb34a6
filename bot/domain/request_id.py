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
# Phones put their own quotes and dashes, and a sentence ends with a stop.
AROUND = " \t\n\u00a0`'\"\u201c\u201d\u2018\u2019\u00ab\u00bb*_.,:;!?()<>"
_SAID = re.compile(rf"(?:GK[-\u2010-\u2015])?([{ALPHABET}]{{4,8}})", re.IGNORECASE | re.ASCII)


def new(choose: Callable[[Sequence[str]], str], length: int = SHORTEST, prefix: str = PREFIX) -> str:
    """Make an id from `length` characters; `choose` picks one of a sequence."""
    return prefix + "".join(choose(ALPHABET) for _ in range(length))


def read(said: str) -> str | None:
    """Read an id the way people type it (`gk-7f3k`, `7F3K.`), or None."""
    match = _SAID.fullmatch(said.strip(AROUND))
    return PREFIX + match[1].upper() if match else None
