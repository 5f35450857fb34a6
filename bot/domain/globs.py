"""Patterns of project ids, with `*` and `?`: which of them stands for a project."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WILD = frozenset("*?")
LEAST_LETTERS = 3


def is_pattern(text: str) -> bool:
    """Tell whether a text stands for many ids."""
    return not WILD.isdisjoint(text)


def checked(text: str) -> str:
    """Refuse a pattern that would stand for nearly everything."""
    if is_pattern(text) and sum(letter.isalnum() for letter in text) < LEAST_LETTERS:
        raise ValueError(
            f"a pattern needs at least {LEAST_LETTERS} letters or digits that its projects share"
        )
    return text


def winner(patterns: Sequence[str], text: str) -> int | None:
    """Choose among ids and patterns the one that a text falls under: itself, else the longest that fits."""
    fits = [n for n, pattern in enumerate(patterns) if fnmatchcase(text, pattern)]
    return max(fits, key=lambda n: (patterns[n] == text, len(patterns[n])), default=None)


def overlap(one: str, other: str) -> bool:
    """Tell whether some text falls under both."""

    @cache
    def meet(i: int, j: int) -> bool:
        here, there = one[i : i + 1], other[j : j + 1]
        if here == "*":
            return meet(i + 1, j) or (bool(there) and meet(i, j + 1))
        if there == "*":
            return meet(i, j + 1) or (bool(here) and meet(i + 1, j))
        if not here or not there:
            return here == there
        return (here == there or "?" in (here, there)) and meet(i + 1, j + 1)

    return meet(0, 0)
