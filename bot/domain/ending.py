"""The end of a key, and the way back: a revoked key can be had again for 30 days.

Google keeps a deleted key for 30 days, and a disabled secret version until it is destroyed. So a revoked
key is deleted and its secret closed at once, and the secret is destroyed when nobody can want it back any
more. A key that has expired, or that leaked, never comes back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain import calendar, rotation
from bot.domain.decision import Decision
from bot.domain.key_request import KeyRequest, State
from bot.domain.kinds import Kind
from bot.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.person import Person

# Google: API Keys v2, a deleted key can be undeleted for 30 days.
UNDO = timedelta(days=30)


def start_ending(request: KeyRequest, by: Person, at: datetime, reason: str = "") -> KeyRequest:
    """Write down that the key must go, before anything is taken away."""
    if request.state is not State.ACTIVE:
        raise Conflict("{id} has no live key: it is {state}.", id=request.id, state=request.state)
    if request.ending:
        return request
    ending = Decision(by=by, at=at, reason=reason)
    return replace(
        rotation.settled(request),
        ending=ending,
        endings=request.endings + 1,
        # Whoever works on the live key, rotating or renewing it, can no longer write.
        run=request.run + 1,
        next_run_at=at,
        failed_runs=0,
        undo_until=_undo_until(request, at),
    )


def expire(request: KeyRequest, by: Person, at: datetime) -> KeyRequest:
    """Begin the end of a key whose time is over; a renewal approved in the last moment keeps it."""
    if not request.ending and not calendar.over(request, at):
        raise Conflict("{id} is not over yet.", id=request.id)
    return start_ending(request, by, at)


def take_up_ending(request: KeyRequest, until: datetime) -> KeyRequest:
    """Let a worker take the key away; `until` as in `granting.take_up`."""
    if request.state is not State.ACTIVE or not request.ending:
        raise Conflict("{id} is not ending.", id=request.id)
    return replace(request, run=request.run + 1, next_run_at=until)


def cut_short(request: KeyRequest) -> bool:
    """Tell whether a rotation may have ordered a key a moment ago that cannot be seen yet: look once more."""
    return request.spent > request.rotation and not request.failed_runs


def end(request: KeyRequest) -> KeyRequest:
    """Say that the key is gone: expired when its time was over, revoked when somebody asked."""
    if request.state is not State.ACTIVE or not request.ending or not request.expires_at:
        raise Conflict("{id} is not ending.", id=request.id)
    over = request.ending.at >= request.expires_at
    return replace(
        request,
        state=State.EXPIRED if over else State.REVOKED,
        closed=request.ending,
        ending=None,
        next_run_at=None,
        failed_runs=0,
        failure=None,
        operation="",
        retiring=(),
        rotate_at=None,
    )


def check_undoable(request: KeyRequest, at: datetime) -> None:
    """Refuse to bring back what never was taken away, or is gone for good."""
    if request.state is not State.REVOKED:
        raise Conflict("{id} was not revoked: it is {state}.", id=request.id, state=request.state)
    # A worker that has begun to destroy the secret is not stopped half-way.
    if request.undo_until is None or at >= request.undo_until or request.next_run_at:
        raise Conflict("{id} can't be brought back any more. Please ask for a new key.", id=request.id)


def undo(request: KeyRequest, by: Person, at: datetime) -> KeyRequest:
    """Have the key brought back, with the end that it had."""
    check_undoable(request, at)
    return replace(
        request,
        state=State.APPROVED,
        restoring=True,
        undone=Decision(by=by, at=at),
        undo_until=None,
        closed=None,
        done=(),
        next_run_at=at,
    )


def undo_is_over(request: KeyRequest, at: datetime) -> bool:
    """Tell whether what was kept for an undo must go, or is going already."""
    if request.state is not State.REVOKED or request.undo_until is None:
        return False
    return request.undo_until <= at or request.next_run_at is not None


def take_up_burying(request: KeyRequest, until: datetime) -> KeyRequest:
    """Let a worker destroy what was kept for an undo."""
    if request.state is not State.REVOKED or request.undo_until is None:
        raise Conflict("{id} keeps nothing.", id=request.id)
    return replace(request, run=request.run + 1, next_run_at=until)


def bury(request: KeyRequest) -> KeyRequest:
    """Say that nothing is left of it."""
    if request.state is not State.REVOKED or request.undo_until is None:
        raise Conflict("{id} keeps nothing.", id=request.id)
    return replace(request, undo_until=None, next_run_at=None, failed_runs=0, failure=None)


def _undo_until(request: KeyRequest, at: datetime) -> datetime | None:
    """Tell how long an end can be undone: never beyond the key's own time."""
    # Access without a key leaves nothing behind that could be brought back.
    if request.expires_at is None or at >= request.expires_at or request.kind is Kind.VERTEX:
        return None
    return min(at + UNDO, request.expires_at)
