"""Make identifiers shaped like Slack's."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ALPHABET = string.ascii_uppercase + string.digits
MICROSECONDS = 1_000_000


def random_id(prefix: str, length: int = 10) -> str:
    """Make an id such as V7K2…: a letter for the kind, then random capitals and digits."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


@dataclass(slots=True)
class Timestamps:
    """Hand out message timestamps that only ever grow: `ts` is what identifies a message in its channel."""

    clock: Callable[[], float]
    last: int = 0

    def next(self) -> str:
        """Return seconds.microseconds, never the same twice."""
        self.last = max(self.last + 1, int(self.clock() * MICROSECONDS))
        return f"{self.last // MICROSECONDS}.{self.last % MICROSECONDS:06d}"
