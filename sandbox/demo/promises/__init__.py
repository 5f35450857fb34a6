"""The promises that the service makes, and how far this run has seen them held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["held", "held in part", "broken", "not checked"]


class Broken(AssertionError):  # noqa: N818 - it says what happened to the promise
    """A promise does not hold; the message says where."""


class NothingToCheck(Exception):  # noqa: N818 - it is no error
    """The story that was told gave no occasion to look."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise, and what this run says about it."""

    number: int
    sentence: str
    verdict: Verdict
    how: str


def check(held: object, otherwise: str) -> None:
    """Raise `Broken` unless it holds."""
    if not held:
        raise Broken(otherwise)
