"""How a key was used: calls by the hour and by HTTP status, and what follows from them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus

HOUR = timedelta(hours=1)
# Days that can be looked at; Google keeps these metrics for six weeks.
SPANS = (7, 30)
# Google: usage metrics show a call up to 30 minutes late.
LAG = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class HourlyCalls:
    """Calls that ended with one HTTP status within one hour, which is named by its beginning."""

    hour: datetime
    status: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUsage:
    """All calls of one key between two moments, as Cloud Monitoring told them at `until`."""

    since: datetime
    until: datetime
    calls: tuple[HourlyCalls, ...] = ()

    @property
    def total(self) -> int:
        """Count the calls."""
        return sum(one.count for one in self.calls)

    @property
    def failed(self) -> int:
        """Count the calls that were refused or broke."""
        return sum(one.count for one in self.calls if is_error(one.status))

    @property
    def last_used(self) -> datetime | None:
        """Tell by when the key was used last, to the hour; None when it was not used."""
        hours = [one.hour for one in self.calls if one.count]
        return min(max(hours) + HOUR, self.until) if hours else None

    def by_status(self) -> Counter[str]:
        """Count the calls by HTTP status."""
        counts: Counter[str] = Counter()
        for one in self.calls:
            counts[one.status] += one.count
        return counts

    def by_day(self) -> dict[date, Counter[str]]:
        """Count the calls by day (UTC) and status; every day is there, also those without calls."""
        first, last = self.since.date(), self.until.date()
        days = {first + timedelta(days=n): Counter[str]() for n in range((last - first).days + 1)}
        for one in self.calls:
            days.setdefault(one.hour.date(), Counter())[one.status] += one.count
        return days


def is_error(status: str) -> bool:
    """Tell whether an HTTP status is one of a call that failed; a code that is no number is one."""
    return not status.isdecimal() or int(status) >= HTTPStatus.BAD_REQUEST


def window(days: int, now: datetime) -> tuple[datetime, datetime]:
    """Give the last `days` days, today's included: whole days in UTC, so that bars are comparable."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days - 1), now
