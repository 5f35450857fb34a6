"""The office of one workspace: whether keys are made at all, and whether anybody is there to decide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003 - read at run time, to make JSON of it
from typing import TYPE_CHECKING

from bot.domain import calendar
from bot.domain.decision import Decision
from bot.domain.key_request import GRANTING, RenewalState
from bot.domain.person import Person, service
from bot.errors import Conflict

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest

ID = "OFFICE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One record a workspace. `pauses` and `vacancies` count, so that each is announced on its own."""

    team_id: str
    pause: Decision | None = None
    resumed: Decision | None = None
    pauses: int = 0
    vacant_since: datetime | None = None
    vacancies: int = 0

    @property
    def id(self) -> str:
        """The name under which it is announced."""
        return ID

    @property
    def requester(self) -> Person:
        """Nobody in particular is told."""
        return service(self.team_id)


def pause(office: Office, by: Person, at: datetime, reason: str) -> Office:
    """Stop the making of keys."""
    if office.pause:
        raise Conflict("{name} has already paused it.", name=office.pause.by.name)
    stopped = Decision(by=by, at=at, reason=reason)
    return replace(office, pause=stopped, resumed=None, pauses=office.pauses + 1)


def resume(office: Office, by: Person, at: datetime) -> Office:
    """Go on."""
    if not office.pause:
        raise Conflict("Key creation is not paused.")
    return replace(office, pause=None, resumed=Decision(by=by, at=at))


def staff(office: Office, at: datetime, *, present: bool) -> Office:
    """Note whether anybody is there who may decide; what is known already changes nothing."""
    if present:
        return replace(office, vacant_since=None) if office.vacant_since else office
    if office.vacant_since:
        return office
    return replace(office, vacant_since=at, vacancies=office.vacancies + 1)


def may_wait(request: KeyRequest, now: datetime) -> bool:
    """Tell whether the next work on a request makes a key, and nothing is taken away before."""
    if request.state in GRANTING:
        makes = not request.in_place or request.restoring  # an adopted key is there already
        return makes and not request.failure and not request.retiring
    wish = request.renewal
    # What a live key needs before its rotation does not wait with it.
    urgent = request.left or (wish and wish.state is RenewalState.APPROVED) or calendar.over(request, now)
    return request.live and request.turn is not None and not urgent


def hold(request: KeyRequest, at: datetime, until: datetime) -> KeyRequest:
    """Let granted work wait while nothing is made; it is looked at again at `until` at the latest."""
    if not may_wait(request, at):
        raise Conflict("{id} is not waiting for work.", id=request.id)
    return replace(request, paused=True, next_run_at=until)


def release(request: KeyRequest, at: datetime) -> KeyRequest:
    """Let held work go on; a key that was not begun gets its whole time."""
    if not request.paused:
        raise Conflict("{id} is not held.", id=request.id)
    fresh = request.run == 0 and request.expires_at is not None
    expires_at = at + request.lifetime if fresh else request.expires_at
    return replace(request, paused=False, next_run_at=at, expires_at=expires_at)
