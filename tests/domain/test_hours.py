"""Business hours: the clocks of people stand still when nobody is there, whatever the clocks on walls do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.hours import Hours

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Hours.model_validate({"zone": "Europe/Berlin"})
HOUR = timedelta(hours=1)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "span", "reached"),
    [
        ("2026-11-20 10:00", HOUR, "2026-11-20 11:00"),
        ("2026-11-20 16:30", HOUR, "2026-11-23 09:30"),
        ("2026-11-21 12:00", HOUR / 2, "2026-11-23 09:30"),
        ("2026-11-20 03:00", 8 * HOUR, "2026-11-20 17:00"),
        ("2026-11-20 09:00", 16 * HOUR, "2026-11-23 17:00"),
        # Summer time ends on 25 October 2026 and begins on 28 March 2027: Monday is at nine on the wall.
        ("2026-10-23 16:00", 2 * HOUR, "2026-10-26 10:00"),
        ("2027-03-26 16:00", 2 * HOUR, "2027-03-29 10:00"),
    ],
)
def test_time_counts_while_people_are_there(at: str, span: timedelta, reached: str) -> None:
    """Nights and weekends cost nothing; a week-end with a change of the clocks neither."""
    assert OFFICE.after(berlin(at), span) == berlin(reached)


def test_a_night_with_a_change_of_the_clocks_is_as_long_as_it_is() -> None:
    """People who work from one to five in that night are there for five hours in autumn, three in spring."""
    night = Hours.model_validate({"zone": "Europe/Berlin", "days": ["sun"], "from": "01:00", "to": "05:00"})
    for day, long in (("2026-10-25", 5), ("2027-03-28", 3), ("2026-11-22", 4)):
        begins = berlin(f"{day} 01:00")
        assert night.after(begins, long * HOUR) - begins == long * HOUR
        assert night.after(begins, long * HOUR + timedelta(minutes=1)) - begins > timedelta(days=6)


def test_who_comes_at_night_hears_when_the_office_opens() -> None:
    """Within business hours that is at once."""
    assert OFFICE.opening(berlin("2026-11-20 18:00")) == berlin("2026-11-23 09:00")
    noon = berlin("2026-11-20 12:00")
    assert OFFICE.opening(noon) == noon
    closing = berlin("2026-11-20 17:00")
    assert OFFICE.opening(closing) == berlin("2026-11-23 09:00")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - made aware by Hypothesis
    st.timedeltas(timedelta(0), timedelta(days=3)),
    st.timedeltas(timedelta(microseconds=1), timedelta(days=3)),  # none: two names
)
def test_two_spans_one_after_the_other_are_their_sum(at: datetime, one: timedelta, two: timedelta) -> None:
    """Nothing is lost or gained where a window ends, and time never runs backwards."""
    first = OFFICE.after(at, one)
    assert first >= at + one
    assert OFFICE.after(first, two) == OFFICE.after(at, one + two)


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Europe/Atlantis"},
        {"zone": "../etc/passwd"},
        {"zone": "Europe/Berlin", "from": "17:00", "to": "09:00"},
        {"zone": "Europe/Berlin", "from": "09:00", "to": "09:30"},
        {"zone": "Europe/Berlin", "days": []},
        {"zone": "Europe/Berlin", "days": ["someday"]},
        {"zone": "Europe/Berlin", "from": "09:00+01:00"},
    ],
)
def test_hours_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    """A zone that nobody knows, a day that ends before it begins, a week without days."""
    with pytest.raises(ValidationError):
        Hours.model_validate(wrong)
