"""Business hours: clocks of people run only while people are there."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from bot.domain.policy_terms import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Short windows make long walks through the calendar.
SHORTEST = timedelta(hours=1)
# What counts open time only; in weeks of one open hour that is fourteen years.
LONGEST = timedelta(days=30)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("that time zone is not known here; write it like Europe/Berlin") from None
    return name


class Hours(Rules):
    """When approvers are there, by the clock on their wall."""

    zone: Annotated[str, AfterValidator(_zone)]
    days: tuple[Day, ...] = Field(default=WEEK[:5], min_length=1)
    opens: time = Field(default=time(9), alias="from")
    closes: time = Field(default=time(17), alias="to")

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.opens.tzinfo or self.closes.tzinfo:
            raise ValueError("the zone stands in `zone`: write times like 09:00")
        if _since_midnight(self.closes) - _since_midnight(self.opens) < SHORTEST:
            raise ValueError("`to` is at least an hour later than `from`, on the same day")
        return self

    def opening(self, at: datetime) -> datetime:
        """Tell when somebody is there next; at once within business hours."""
        return max(at, next(self._windows(at))[0])

    def after(self, at: datetime, span: timedelta) -> datetime:
        """Tell when so much time of business hours has passed."""
        for begins, ends in self._windows(at):
            begun = max(begins, at)
            if span <= ends - begun:
                return begun + span
            span -= ends - begun
        raise AssertionError("the calendar has no last day")  # pragma: no cover

    def _windows(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """List the times from then on at which somebody is there, in UTC: a day can have 23 or 25 hours."""
        zone = ZoneInfo(self.zone)
        day = at.astimezone(zone).date()
        while True:
            if WEEK[day.weekday()] in self.days:
                begins, ends = (
                    datetime.combine(day, wall, zone).astimezone(UTC) for wall in (self.opens, self.closes)
                )
                if ends > at:
                    yield begins, ends
            day += timedelta(days=1)


def _since_midnight(wall: time) -> timedelta:
    return timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second)
