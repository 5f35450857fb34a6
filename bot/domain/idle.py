"""What a record knows of whether its key is called; the moves are in `idleness`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta  # noqa: TC003 - read at run time, to make JSON of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Idleness:
    """The rule as it was at the approval, and where the key stands.

    `asked` counts the questions, `asked_at` is set while one waits for an answer; `look_at` is when usage is
    read next, `last_used` what it said.
    """

    after: timedelta
    answer_within: timedelta
    revokes: bool = False
    look_at: datetime | None = None
    last_used: datetime | None = None
    asked: int = 0
    asked_at: datetime | None = None

    def anew(self) -> Idleness:
        """Begin again with a key that has just begun to live, or lives again."""
        return replace(self, look_at=None, last_used=None, asked_at=None)

    @property
    def over_at(self) -> datetime | None:
        """When silence counts as an answer, None while nothing is asked."""
        return self.asked_at + self.answer_within if self.asked_at else None
