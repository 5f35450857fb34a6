"""When people are reminded and warned: computed from stored times, so that a long sleep loses nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain import idleness
from bot.domain.key_request import GRANTING, State

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest

# After so long without a decision the approvers are reminded.
REMINDERS = (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
# So long before a key's end its holder is warned.
WARNINGS = (timedelta(days=7), timedelta(days=3), timedelta(days=1))


def reminders(request: KeyRequest) -> tuple[datetime, ...]:
    """List when the approvers are reminded, first to last."""
    times = request.reminds_at or tuple(request.requested_at + after for after in REMINDERS)
    return tuple(time for time in times if time < request.lapses_at)


def warnings(request: KeyRequest) -> tuple[datetime, ...]:
    """List when the holder is warned, first to last; a key younger than its warning gets none."""
    if request.expires_at is None or not request.approvals:
        return ()
    begun, ends = request.renewed_at or request.approvals[-1].at, request.expires_at
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


def next_look(request: KeyRequest) -> datetime | None:
    """Tell when a live key must be looked at next: its end, a warning, an old key, a change of any kind."""
    wish = request.renewal
    granted = wish.expires_at if wish and wish.state == "approved" else None
    ends = granted or request.expires_at
    if ends is None:
        return request.next_run_at
    if request.next_run_at:  # a worker holds it, or rests before it tries again
        return min(request.next_run_at, ends)
    if request.left:
        return request.requested_at  # at once: somebody may still read it who is gone
    times = [ends, *(() if request.let_expire else following(warnings(request), request.warned))]
    idle_at = idleness.due_at(request)
    times += [idle_at] if idle_at else []
    times += [old.look_at for old in request.retiring if old.look_at]
    if request.turn:
        times.append(request.turn.at)
    if request.rotate_at and not request.retiring:
        times.append(request.rotate_at)
    if wish and wish.state == "pending":
        times.append(wish.lapses_at)
    elif wish and granted:
        times.append(granted - wish.lifetime)
    return min(times)


def over(request: KeyRequest, at: datetime) -> bool:
    """Tell whether a live key's time is over: a renewal that is approved counts before Google has it."""
    wish = request.renewal
    ends = wish.expires_at if wish and wish.state == "approved" else request.expires_at
    return ends is not None and ends <= at


def due_at(request: KeyRequest) -> datetime | None:
    """Tell when somebody must look at it again, None when never."""
    if request.state is State.PENDING:
        reminded = following(reminders(request), request.reminded)
        return min((request.lapses_at, *reminded, *following(request.escalates_at, request.escalated)))
    if request.state in GRANTING:
        return request.next_run_at
    if request.state is State.ACTIVE and not request.ending:
        return next_look(request)
    if request.state is State.REVOKED:
        return request.next_run_at or request.undo_until
    return request.next_run_at
