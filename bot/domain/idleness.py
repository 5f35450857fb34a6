"""A key that nobody calls: its holder is asked whether it is still needed; policy says what silence means."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.usage import LAG
from bot.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.idle import Idleness
    from bot.domain.key_request import KeyRequest

# When Google did not say whether a key was used, it is asked again then: not to know is no evidence.
AGAIN = timedelta(days=1)


def due_at(request: KeyRequest) -> datetime | None:
    """Tell when the key must be looked at, or silence is an answer; None when never."""
    idle = request.idle
    if idle is None or not request.live or request.live_since is None:
        return None
    if idle.over_at:  # a look that was put off puts the answer off
        return max(idle.over_at, idle.look_at or idle.over_at)
    return idle.look_at or request.live_since + idle.after + LAG


def due(request: KeyRequest, at: datetime) -> bool:
    """Tell whether that time has come."""
    when = due_at(request)
    return when is not None and when <= at


def used(request: KeyRequest, at: datetime) -> KeyRequest:
    """Note when the key was used last; look again when it may have been idle for long enough since."""
    idle = _checked(request)
    last = max(at, idle.last_used or at)
    return replace(
        request, idle=replace(idle, last_used=last, look_at=last + idle.after + LAG, asked_at=None)
    )


def look_again(request: KeyRequest, at: datetime) -> KeyRequest:
    """Put the look off, and with it what silence would mean: Google did not say."""
    idle = _checked(request)
    if not due(request, at):
        raise Conflict("{id} needs no look yet.", id=request.id)
    return replace(request, idle=replace(idle, look_at=at + AGAIN))


def ask(request: KeyRequest, at: datetime) -> KeyRequest:
    """Ask the holder, once."""
    idle = _checked(request)
    if idle.asked_at or not due(request, at):
        raise Conflict("{id} needs no question yet.", id=request.id)
    return replace(request, idle=replace(idle, asked=idle.asked + 1, asked_at=at))


def keep(request: KeyRequest, at: datetime) -> KeyRequest:
    """Leave the key alone for as long again: somebody needs it, or nobody answered and policy keeps it."""
    idle = _checked(request)
    if idle.asked_at is None:
        raise Conflict("Nobody asked whether {id} is still needed, so it stays.", id=request.id)
    return replace(request, idle=replace(idle, asked_at=None, look_at=at + idle.after))


def check_silent(request: KeyRequest, at: datetime) -> None:
    """Refuse to take silence for an answer before its time."""
    if _checked(request).asked_at is None or not due(request, at):
        raise Conflict("{id} may still be answered for.", id=request.id)


def _checked(request: KeyRequest) -> Idleness:
    if request.idle is None or not request.live:
        raise Conflict("{id} has no live key: it is {state}.", id=request.id, state=request.state)
    return request.idle
