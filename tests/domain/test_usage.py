"""What follows from hourly counts."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from bot.domain.usage import HourlyCalls, KeyUsage, is_error, window
from tests.support.people import DAY, HOUR, NOW

SINCE, UNTIL = window(7, NOW)


def used(*calls: tuple[int, str, int]) -> KeyUsage:
    """Calls as (hours ago, status, count)."""
    hour = NOW.replace(minute=0)
    hourly = [HourlyCalls(hour=hour - n * HOUR, status=status, count=count) for n, status, count in calls]
    return KeyUsage(since=SINCE, until=UNTIL, calls=tuple(hourly))


def test_a_window_is_whole_days_with_today() -> None:
    """Seven days begin at midnight six days ago, in UTC."""
    assert UNTIL == NOW
    assert NOW.replace(hour=0) - 6 * DAY == SINCE


def test_days_without_calls_are_days_too() -> None:
    """A week has seven bars, whatever was called, and a status per day."""
    days = used((30, "200", 2), (30, "429", 1), (0, "200", 4)).by_day()

    assert len(days) == 7
    assert days[NOW.date()] == Counter({"200": 4})
    assert days[(NOW - 30 * HOUR).date()] == Counter({"200": 2, "429": 1})
    assert sum(day.total() for day in days.values()) == 7


def test_the_last_use_is_known_to_the_hour_and_never_lies_in_the_future() -> None:
    """An hour's end stands for its calls, unless that is still to come."""
    assert used().last_used is None
    assert used((5, "403", 1)).last_used == NOW - 4 * HOUR
    begun = KeyUsage(since=SINCE, until=NOW + timedelta(minutes=5), calls=used((0, "200", 1)).calls)
    assert begun.last_used == NOW + timedelta(minutes=5)


@pytest.mark.parametrize(("status", "error"), [("200", False), ("304", False), ("429", True), ("", True)])
def test_failed_is_what_http_calls_an_error(status: str, error: bool) -> None:  # noqa: FBT001 - a table
    """400 and above, and what is no number at all."""
    assert is_error(status) is error
