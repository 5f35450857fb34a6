"""The change of a live key for a new one: with an overlap, or at once when the old one must not live.

The new key is `rotation`; the old ones stand in `retiring` and work until they are seen to be unused.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.decision import Decision
from bot.domain.granting import next_rotation_at
from bot.domain.key_request import KeyRequest, Retiring, State, Turn
from bot.domain.kinds import Kind
from bot.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.failure import Failure
    from bot.domain.person import Person

# A rotation by the clock that could not be done is tried again the next day.
AGAIN = timedelta(days=1)
MORE = timedelta(days=7)
# The steps that a key found at Google took; all others are for its successors.
ADOPTING = frozenset({"check-project", "adopt-key"})


def rotate(request: KeyRequest, by: Person, at: datetime, grace: timedelta, reason: str = "") -> KeyRequest:
    """Have a new key made beside the old one, which lives on for at least `grace` after that."""
    check_rotatable(request)
    return replace(
        _bumped(request),
        turn=Turn(by=by, at=at, reason=reason, grace=grace),
        turn_failure=None,
        next_run_at=at,
    )


def check_rotatable(request: KeyRequest) -> None:
    """Refuse to rotate what has no live key, or two already."""
    _check_live(request)
    if request.turn:
        raise Conflict("{id} is being rotated already.", id=request.id)
    if request.retiring:
        raise Conflict("{id} still has its previous key. First let that one go.", id=request.id)


def take_up_turn(request: KeyRequest, until: datetime) -> KeyRequest:
    """Let a worker make the new key; `until` as in `granting.take_up`."""
    if not request.live or not request.turn:
        raise Conflict("{id} is not being rotated.", id=request.id)
    return replace(request, paused=False, run=request.run + 1, next_run_at=until)


def turned(request: KeyRequest, at: datetime) -> KeyRequest:
    """Say that the new key works and is in the secret; from now on the old one has its grace."""
    if not request.live or not request.turn:
        raise Conflict("{id} is not being rotated.", id=request.id)
    look_at = at + request.turn.grace
    return replace(
        request,
        turn=None,
        turns=request.turns + 1,
        live_since=at,
        retiring=tuple(
            replace(old, since=at, look_at=old.look_at if old.forced else look_at) for old in request.retiring
        ),
        next_run_at=None,
        failed_runs=0,
        operation="",
        rotate_at=next_rotation_at(request, at),
    )


def moving_in(request: KeyRequest) -> bool:
    """Tell whether the first key of an adopted one is being made: a place for it must be made, too."""
    return bool(request.turn and request.retiring and not request.retiring[-1].rotation)


def stored(request: KeyRequest) -> bool:
    """Tell whether the new key stands in the secret already: then there is no way back, only on."""
    return not request.turn or request.secret_version != request.retiring[-1].secret_version


def turn_back(request: KeyRequest, failure: Failure, at: datetime) -> KeyRequest:
    """Give a rotation up, after its key is taken away again: the old key stays the one."""
    if not request.live or not request.turn or stored(request):
        raise Conflict("{id} is not being rotated.", id=request.id)
    by_clock = at + AGAIN if request.rotate_every else None
    back = settled(request)
    # What was made for the first key of an adopted one is taken away with it.
    done = tuple(step for step in back.done if step in ADOPTING) if back.in_place else back.done
    return replace(back, done=done, turn_failure=failure, next_run_at=None, failed_runs=0, rotate_at=by_clock)


def settled(request: KeyRequest) -> KeyRequest:
    """End a rotation where it stands: name as the key whichever is in the secret."""
    if not request.turn:
        return request
    if stored(request):
        return replace(request, turn=None)
    *others, old = request.retiring
    return replace(
        request,
        turn=None,
        retiring=tuple(others),
        rotation=old.rotation,
        spent=request.newest_rotation,
        key_uid=old.key_uid,
        secret_version=old.secret_version,
    )


def replace_key(
    request: KeyRequest, by: Person, at: datetime, reason: str = "", *, leaked: bool = False
) -> KeyRequest:
    """Have every key of it deleted at once, and another made: the same approval, secret and end."""
    _check_live(request)
    # Whoever could read the secret has read a new key that stands in it already.
    turning = _bumped(request) if stored(request) else request
    return replace(
        turning,
        state=State.APPROVED,
        turn=None,
        retiring=tuple(replace(old, forced=True, look_at=at) for old in turning.retiring),
        leak=Decision(by=by, at=at, reason=reason) if leaked else request.leak,
        leaks=request.leaks + leaked,
        # Whoever works on the live key can no longer write.
        run=request.run + 1,
        next_run_at=at,
        # The secret and its grants stay; only a key is made anew.
        done=tuple(step for step in request.done if step != "mint-key"),
    )


def take_up_retiring(request: KeyRequest, until: datetime) -> KeyRequest:
    """Let a worker look at the old keys; `until` as in `granting.take_up`."""
    if not request.live or request.turn or not request.retiring:
        raise Conflict("{id} has no previous key.", id=request.id)
    return replace(request, run=request.run + 1, next_run_at=until)


def still_used(request: KeyRequest, number: int, calls: int | None, look_at: datetime) -> KeyRequest:
    """Note that an old key cannot go yet: so many calls were made with it, or nobody could tell."""
    asked = replace(request, asked_turn=request.turns)
    return _with(asked, number, still_used=True, asked=True, calls=calls, look_at=look_at)


def look_later(request: KeyRequest, number: int, look_at: datetime) -> KeyRequest:
    """Put the look off: Monitoring cannot know anything yet."""
    return _with(request, number, look_at=look_at)


def retired(request: KeyRequest, number: int) -> KeyRequest:
    """Say that an old key is gone."""
    return replace(request, retiring=tuple(old for old in request.retiring if old.rotation != number))


def looked(request: KeyRequest) -> KeyRequest:
    """Say that all old keys that were due have been looked at."""
    return replace(request, next_run_at=None, failed_runs=0)


def retire_anyway(request: KeyRequest, at: datetime) -> KeyRequest:
    """Let the old keys go, used or not."""
    _check_retiring(request)
    forced = tuple(replace(old, forced=True, look_at=at) for old in request.retiring)
    return replace(request, retiring=forced)


def keep_longer(request: KeyRequest, at: datetime) -> KeyRequest:
    """Leave the old keys for another week, or until the request's own end."""
    _check_retiring(request)
    if any(old.forced for old in request.retiring):
        raise Conflict("The old key of {id} is being deleted already.", id=request.id)
    look_at = min(at + MORE, request.expires_at or at + MORE)
    longer = tuple(replace(old, look_at=look_at, still_used=False, calls=None) for old in request.retiring)
    return replace(request, retiring=longer)


def due(request: KeyRequest, at: datetime) -> tuple[Retiring, ...]:
    """List the old keys that somebody must look at."""
    return tuple(old for old in request.retiring if old.look_at is not None and old.look_at <= at)


def _bumped(request: KeyRequest) -> KeyRequest:
    old = Retiring(rotation=request.rotation, key_uid=request.key_uid, secret_version=request.secret_version)
    return replace(
        request,
        retiring=(*request.retiring, old),
        rotation=request.newest_rotation + 1,
        key_uid="",
        operation="",
        failed_runs=0,
    )


def _with(request: KeyRequest, number: int, **changes: object) -> KeyRequest:
    return replace(
        request,
        retiring=tuple(
            replace(old, **changes) if old.rotation == number else old  # type: ignore[arg-type]
            for old in request.retiring
        ),
    )


def _check_live(request: KeyRequest) -> None:
    if not request.live:
        raise Conflict("{id} has no live key: it is {state}.", id=request.id, state=request.state)
    if request.kind is Kind.VERTEX:
        raise Conflict("{id} is access without a key: there is nothing to change.", id=request.id)


def _check_retiring(request: KeyRequest) -> None:
    _check_live(request)
    if request.turn or not request.retiring:
        raise Conflict("{id} has no previous key any more.", id=request.id)
