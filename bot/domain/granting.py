"""From the approval to a key that works, or to a failure that can be tried again.

Every move is a pure function; an illegal one raises `Conflict` with a sentence. What a live key goes through
is in `rotation`, `renewal` and `idleness`, its end and the way back in `ending`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain import calendar
from bot.domain.key_request import GRANTING, KeyRequest, State
from bot.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.failure import Failure


def take_up(request: KeyRequest, until: datetime) -> KeyRequest:
    """Let a worker start or go on; whoever had it before can no longer write.

    `until` is when others may take it up, should this worker not be heard of again.
    """
    if request.state not in GRANTING:
        raise Conflict("{id} is not waiting for work.", id=request.id)
    return replace(request, state=State.PROVISIONING, paused=False, run=request.run + 1, next_run_at=until)


def tick(request: KeyRequest, step: str) -> KeyRequest:
    """Note that one step's state is reached."""
    return request if step in request.done else replace(request, done=(*request.done, step))


def put_off(request: KeyRequest, until: datetime) -> KeyRequest:
    """Stop for now and try again at `until`."""
    return replace(request, next_run_at=until, failed_runs=request.failed_runs + 1)


def await_turn(request: KeyRequest, until: datetime) -> KeyRequest:
    """Stop until it is this one's turn at Google: no run has failed."""
    return replace(request, next_run_at=until)


def activate(request: KeyRequest, at: datetime | None = None) -> KeyRequest:
    """Say that the key works, and since when it is its holder's alone to call."""
    if request.state is not State.PROVISIONING:
        raise Conflict("{id} is not being provisioned.", id=request.id)
    return replace(
        request,
        state=State.ACTIVE,
        live_since=at,
        idle=request.idle.anew() if request.idle else None,
        next_run_at=None,
        failed_runs=0,
        operation="",
        restoring=False,
        rotate_at=next_rotation_at(request, at),
    )


def next_rotation_at(request: KeyRequest, at: datetime | None) -> datetime | None:
    """Tell when a key that was put in place at `at` is rotated by the clock; None when never."""
    return at + request.rotate_every if at and request.rotate_every else None


def abandon(request: KeyRequest, failure: Failure) -> KeyRequest:
    """Write down what blocks it, before anything made so far is taken away."""
    if request.state is not State.PROVISIONING:
        raise Conflict("{id} is not being provisioned.", id=request.id)
    return replace(request, failure=failure, failed_runs=0)


def fail_unclean(request: KeyRequest, until: datetime) -> KeyRequest:
    """Say that it failed although something made so far is still there; go on taking it away at `until`."""
    _check_abandoned(request)
    runs = request.failed_runs + 1
    return replace(request, state=State.FAILED, cleaning=True, next_run_at=until, failed_runs=runs)


def take_up_cleaning(request: KeyRequest, until: datetime) -> KeyRequest:
    """Let a worker go on taking away what a failed request left; `until` as in `take_up`."""
    if request.state is not State.FAILED or not request.cleaning:
        raise Conflict("{id} needs no cleaning.", id=request.id)
    return replace(request, run=request.run + 1, next_run_at=until)


def fail(request: KeyRequest, until: datetime) -> KeyRequest:
    """Stop; nothing made so far is left behind. It may be tried again `until` then."""
    _check_abandoned(request)
    return replace(
        request,
        state=State.FAILED,
        cleaning=False,
        next_run_at=until,
        done=(),
        operation="",
        failed_runs=0,
        key_uid="",
        secret_version="",
        restoring=False,
        retiring=(),
        rotate_at=None,
    )


def resume(request: KeyRequest, at: datetime) -> KeyRequest:
    """Try a failed one again; the approval still stands, and a key that never lived gets its whole time."""
    if request.state is not State.FAILED:
        raise Conflict("{id} has not failed: it is {state}.", id=request.id, state=request.state)
    if request.cleaning:
        raise Conflict("{id} is still being cleaned up. Please try again in a few minutes.", id=request.id)
    expires_at = request.expires_at if request.lived and request.expires_at else at + request.lifetime
    if expires_at <= at:
        raise Conflict("The time of {id} is over. Please ask for a new key.", id=request.id)
    return replace(
        request,
        state=State.APPROVED,
        next_run_at=at,
        failed_runs=0,
        failure=None,
        expires_at=expires_at,
    )


def _check_abandoned(request: KeyRequest) -> None:
    if request.state not in {State.PROVISIONING, State.FAILED} or not request.failure:
        raise Conflict("{id} is not being abandoned.", id=request.id)


def warn(request: KeyRequest, at: datetime) -> KeyRequest:
    """Count the warnings whose time has come, as `remind` does."""
    count = calendar.passed(calendar.warnings(request), at)
    if not request.live or request.let_expire or count <= request.warned:
        raise Conflict("{id} needs no warning yet.", id=request.id)
    return replace(request, warned=count)
