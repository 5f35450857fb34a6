"""Say what time it is and how long Google's changes take to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def utc_now() -> datetime:
    """Return the machine's time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Delays:
    """How long a change stays invisible after its call was answered."""

    operation: timedelta = timedelta(seconds=0.4)
    key: timedelta = timedelta(seconds=1)
    api: timedelta = timedelta(seconds=0.5)
    service_account: timedelta = timedelta(seconds=0.3)

    @classmethod
    def none(cls) -> Delays:
        """Make every change visible at once."""
        return cls(timedelta(), timedelta(), timedelta(), timedelta())
