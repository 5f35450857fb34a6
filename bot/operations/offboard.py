"""See somebody off: his open requests are closed, his keys go to a named owner or are taken away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot.domain import ending, leaving, repair, rules
from bot.domain.audit import Event
from bot.domain.key_request import GRANTING, State
from bot.domain.listing import Kind, Listing
from bot.domain.person import service
from bot.errors import Conflict, GoogleError, Refused
from bot.operations.desk import check_admin
from bot.operations.explain import explain
from bot.operations.workshop import take_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.domain.person import Person
    from bot.operations.desk import Desk, Jobs
    from bot.operations.fixes.fix import Bench
    from bot.operations.workshop import Workshop

# Requests looked at per reading.
PORTION = 100
# How often a request is read anew whose state changes under our hands; it has few states to go through.
ATTEMPTS = 5
# More than a workspace ever has unfinished.
ALL = 100_000
OPEN = frozenset({State.PENDING, State.ACTIVE, *GRANTING})
Change = tuple[str, "Callable[[KeyRequest], KeyRequest]"]


class Records(Protocol):
    """Where requests are kept."""

    async def get(self, team_id: str, request_id: str) -> KeyRequest:
        """Read one, or raise `NotFound`."""

    async def edit(
        self, team_id: str, request_id: str, change: Callable[[KeyRequest], KeyRequest], event: Event
    ) -> KeyRequest:
        """Apply a pure change."""


class Closer(Protocol):
    """What it takes to close requests: every desk has it, and a command line needs no more."""

    @property
    def requests(self) -> Records:
        """Where they are kept."""

    @property
    def jobs(self) -> Jobs:
        """The way to the workers."""

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The ids of what was closed or stopped, handed over, taken away."""

    closed: tuple[str, ...] = ()
    handed: tuple[str, ...] = ()
    revoked: tuple[str, ...] = ()


async def offboard(bench: Bench, team_id: str, user_id: str, by: Person, to_id: str = "") -> Seen:
    """See a person off at an admin's word; twice is the same as once."""
    desk = bench.desk
    await check_admin(desk, team_id, by)
    if to_id == user_id:
        raise Refused("Name somebody else as the new owner.")
    if to_id == by.user_id:
        raise Refused("You can't give keys to yourself. Name somebody else, or let another admin do it.")
    to = await desk.directory.person(team_id, to_id) if to_id else None
    if to is not None:
        rules.check_requester(to, desk.policy(), team_id)
        for request in await _open(desk, team_id, user_id):
            leaving.check_new_owner(request, to)
    return await _see_off(bench, team_id, user_id, by, to)


async def left(bench: Bench, team_id: str, user_id: str) -> Seen:
    """See off whose account was switched off."""
    return await _see_off(bench, team_id, user_id, service(team_id), None)


async def _see_off(bench: Bench, team_id: str, user_id: str, by: Person, to: Person | None) -> Seen:
    desk = bench.desk
    await desk.absences.end(team_id, user_id)
    done: dict[str, list[str]] = {"closed": await _end_fixes(bench, team_id, user_id, by)}
    done |= {"handed": [], "revoked": []}
    for request in await _open(desk, team_id, user_id):
        if what := await see_to(desk, request, by, to):
            done[what].append(request.id)
    return Seen(tuple(done["closed"]), tuple(done["handed"]), tuple(done["revoked"]))


async def _end_fixes(bench: Bench, team_id: str, user_id: str, by: Person) -> list[str]:
    """Close what he asked to have mended or made, and end the roles that he was given for some hours."""
    ended: list[str] = []
    now, change = bench.desk.now(), partial(repair.leave, by=by, at=bench.desk.now())
    for asked in await bench.repairs.unfinished(team_id, ALL):
        if asked.requester.user_id != user_id or change(asked) == asked:
            continue
        event = Event(at=now, by=by.user_id, verb="fix-leave")
        await bench.queue.wake(await bench.repairs.edit(team_id, asked.id, change, event))
        ended.append(asked.id)
    return ended


async def see_to(
    closer: Closer, seen: KeyRequest, by: Person, to: Person | None, reason: str = leaving.LEFT
) -> str:
    """Do to one request what it needs as it stands; read again when it was decided or made meanwhile."""
    for _ in range(ATTEMPTS):
        request = await closer.requests.get(seen.team_id, seen.id)
        if request.requester.account != seen.requester.account or not _is_open(request):
            return ""
        what, (verb, change) = _fate(closer.now(), request, by, to, reason)
        details = {"owner": to.user_id} if to and what == "handed" else {}
        event = Event(at=closer.now(), by=by.user_id, verb=verb, details=details)
        try:
            changed = await closer.requests.edit(request.team_id, request.id, change, event)
        except Conflict:
            continue
        await closer.jobs.wake(changed)
        return what
    raise Conflict("Others are changing {id} right now. Please try again.", id=seen.id)


def _is_open(request: KeyRequest) -> bool:
    return request.state in OPEN and not request.ending


async def _open(desk: Desk, team_id: str, user_id: str) -> list[KeyRequest]:
    """List what a person has open; all of it is read first, as the lists will change."""
    found: list[KeyRequest] = []
    cursor = ""
    while True:
        page = await desk.requests.page(team_id, Listing(Kind.MINE, user_id), cursor, PORTION)
        found += [request for request in page.requests if _is_open(request)]
        cursor = page.cursor
        if not cursor:
            return found


def _fate(
    now: datetime, request: KeyRequest, by: Person, to: Person | None, reason: str
) -> tuple[str, Change]:
    if request.state is State.PENDING:
        return "closed", ("leave", partial(leaving.close, by=by, at=now))
    if request.state in GRANTING:
        return "closed", ("leave", partial(leaving.stop, at=now, reason=reason))
    if to is not None and request.has_key:
        return "handed", ("hand-over", partial(leaving.hand_over, to=to))
    return "revoked", ("revoke", partial(ending.start_ending, by=by, at=now, reason=reason))


async def hand_on(workshop: Workshop, request: KeyRequest) -> None:
    """Move the secret's binding: whoever left is out before the new owner is in."""
    journal = await take_up(workshop, request, leaving.take_up_handover)
    now = journal.request
    assert now.expires_at is not None  # noqa: S101 - a live key has its end
    try:
        for person in now.left:
            await workshop.keeper.shut_out(now, person)
        await workshop.keeper.prolong(now, now.expires_at)
    except GoogleError as error:
        if error.permanent:
            failure = explain(error, now)
            await journal.write("hand-over-refused", partial(leaving.refused, failure=failure))
        await journal.put_off(error)
        return
    await journal.write("handed-over", partial(leaving.handed_over, shut_out=now.left))
