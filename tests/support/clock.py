"""A clock that tests turn forward by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.support.people import NOW


class Clock:
    """Call it for the time."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)
