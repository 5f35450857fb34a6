"""A clock that tests turn forward by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.support.people import NOW

if TYPE_CHECKING:
    from typing import Self


class Clock:
    """Call it for the time."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    @classmethod
    def running(cls) -> Self:
        """Start from the machine's time, for tests with real servers, which have their own."""
        return cls(datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)
