"""How long to wait for Google."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Every time limit of this package, in seconds.

    `read` and `write` bound one attempt (many methods have no default timeout), `total` all of a call.
    `operation` bounds a long-running operation, `propagation` how long a fresh key may be refused,
    `visibility` how long a fresh service account may be unknown (Google: typically under a minute).
    `polls` are the pauses before asking once more for what takes time; the last one repeats.
    """

    read: float = 15
    write: float = 30
    total: float = 60
    first_pause: float = 0.2
    longest_pause: float = 8
    operation: float = 120
    propagation: float = 120
    visibility: float = 60
    polls: tuple[float, ...] = (0.2, 0.4, 0.8, 1.5, 3, 5)
