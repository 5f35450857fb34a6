"""Ids that people can say: `GK-7F3K`."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PREFIX = "GK-"
# Crockford's alphabet without 0 and 1, which people read as O and I.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
SHORTEST = 4
# Phones put their own quotes and dashes, and a sentence ends with a stop.
_AROUND = " \t\n`'\"*_.,:;!?()<>"
_MARKS = "PZS"
_SAID = re.compile(rf"(?:GK[-\u2010-\u2015])?([{ALPHABET}]{{4,8}})", re.IGNORECASE | re.ASCII)


def new(choose: Callable[[Sequence[str]], str], length: int = SHORTEST, prefix: str = PREFIX) -> str:
    """Make an id from `length` characters; `choose` picks one of a sequence."""
    return prefix + "".join(choose(ALPHABET) for _ in range(length))


def bare(said: str) -> str:
    """Take quotes, brackets, stops and spaces of any language off both ends."""
    begin, end = 0, len(said)
    while begin < end and _is_mark(said[begin]):
        begin += 1
    while end > begin and _is_mark(said[end - 1]):
        end -= 1
    return said[begin:end]


def _is_mark(sign: str) -> bool:
    return sign in _AROUND or (not sign.isascii() and unicodedata.category(sign)[0] in _MARKS)


def read(said: str) -> str | None:
    """Read an id the way people type it (`gk-7f3k`, `7F3K.`), or None."""
    match = _SAID.fullmatch(bare(said))
    return PREFIX + match[1].upper() if match else None
