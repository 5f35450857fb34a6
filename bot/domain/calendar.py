"""When people are reminded and warned: computed from stored times, so that a long sleep loses nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest

# After so long without a decision the approvers are reminded.
REMINDERS = (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
# So long before a key's end its holder is warned.
WARNINGS = (timedelta(days=7), timedelta(days=3), timedelta(days=1))


def reminders(request: KeyRequest) -> tuple[datetime, ...]:
    """List when the approvers are reminded, first to last."""
    times = (request.requested_at + after for after in REMINDERS)
    return tuple(time for time in times if time < request.lapses_at)


def warnings(request: KeyRequest) -> tuple[datetime, ...]:
    """List when the holder is warned, first to last; a key younger than its warning gets none."""
    if request.expires_at is None or not request.approvals:
        return ()
    begun, ends = request.approvals[-1].at, request.expires_at
    return tuple(ends - before for before in WARNINGS if ends - before > begun)


def passed(times: tuple[datetime, ...], at: datetime) -> int:
    """Count the times that are over: after a long sleep several are, and one message tells of them."""
    return sum(time <= at for time in times)


def following(times: tuple[datetime, ...], done: int) -> tuple[datetime, ...]:
    """Give the next time, if there is one."""
    return times[done : done + 1]


def days_left(request: KeyRequest, warned: int) -> int:
    """Tell how many days before the end the last warning stands."""
    times = warnings(request)
    if request.expires_at is None or not 0 < warned <= len(times):
        return 0
    return (request.expires_at - times[warned - 1]).days
