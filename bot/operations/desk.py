"""The desk: everything a verb needs, named by what it is for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain import absence, rules
from bot.domain.listing import PAGE
from bot.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from bot.domain.absence import Absence, Deciders
    from bot.domain.approvers import Approvers
    from bot.domain.audit import Event
    from bot.domain.key_request import KeyRequest
    from bot.domain.limits import Limit
    from bot.domain.listing import Listing, Page
    from bot.domain.person import Person
    from bot.domain.policy import Policy


class Requests(Protocol):
    """Where requests are kept."""

    async def add(
        self, request: KeyRequest, event: Event, limits: Sequence[Limit] = (), *, once: str
    ) -> KeyRequest | None:
        """Store a new request; the same `once` again gives what it led to the first time, None: id taken.

        Raises `LimitReached` when it is a grant that a limit does not allow.
        """

    async def once(self, team_id: str, delivery: str) -> str | None:
        """Tell which request a delivery has already led to."""

    async def fingerprint(self, team_id: str, delivery: str) -> str:
        """Tell what a delivery asked for, as a digest; empty once that is forgotten."""

    async def get(self, team_id: str, request_id: str) -> KeyRequest:
        """Read a request, or raise `NotFound`."""

    async def edit(
        self,
        team_id: str,
        request_id: str,
        change: Callable[[KeyRequest], KeyRequest],
        event: Event,
        limits: Sequence[Limit] = (),
    ) -> KeyRequest:
        """Apply a pure change, trying again when another writer was first; limits as in `add`."""

    async def holds(self, team_id: str, user_id: str) -> int:
        """Count the live keys of one person, those being made too."""

    async def check_room(self, request: KeyRequest, limits: Sequence[Limit]) -> None:
        """Raise `LimitReached` when a limit would not allow this grant now."""

    async def mine(self, team_id: str, user_id: str, limit: int = 10, offset: int = 0) -> list[KeyRequest]:
        """List one person's requests, newest first."""

    async def pending(self, team_id: str, limit: int = 10, offset: int = 0) -> list[KeyRequest]:
        """List undecided requests, oldest first."""

    async def held_back(self, team_id: str) -> list[str]:
        """List ids of requests that wait while nothing is made, oldest first."""

    async def page(self, team_id: str, listing: Listing, cursor: str = "", limit: int = PAGE) -> Page:
        """Read one page of a list."""


class Directory(Protocol):
    """The chat's own word on people. Raises `Unavailable` when it cannot say."""

    async def person(self, team_id: str, user_id: str) -> Person:
        """Look a person up."""

    async def members(self, team_id: str, usergroup: str) -> frozenset[str]:
        """List the user ids in a user group."""


class Jobs(Protocol):
    """The way to the workers. A wake-up that is lost is found again by the sweep."""

    async def wake(self, request: KeyRequest) -> None:
        """Tell a worker when a request is due; never fails, because the sweep finds what was lost."""


class Absences(Protocol):
    """Who is away, and who stands in."""

    async def put(self, team_id: str, absence: Absence) -> None:
        """Keep one until its end."""

    async def end(self, team_id: str, user_id: str) -> bool:
        """Forget one; False when there was none."""

    async def of(self, team_id: str, user_ids: Iterable[str]) -> list[Absence]:
        """Read who of these is away."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk of one workspace; its parts are introduced to each other in `bot.wiring`."""

    team_id: str
    requests: Requests
    directory: Directory
    jobs: Jobs
    absences: Absences
    policy: Callable[[], Policy]
    now: Callable[[], datetime]
    choose: Callable[[Sequence[str]], str]


async def members_of(desk: Desk, team_id: str, groups: Iterable[Approvers]) -> frozenset[str]:
    """List everybody in these groups; one that cannot be read is an error, never an empty or a full set."""
    named: set[str] = set()
    for group in groups:
        named |= group.users
        for usergroup in group.groups:
            named |= await desk.directory.members(team_id, usergroup)
    return frozenset(named)


async def gone(desk: Desk, team_id: str, user_ids: Iterable[str]) -> frozenset[str]:
    """List those of these people who cannot decide any more: deactivated, made guests, or never there."""

    async def present(user_id: str) -> bool:
        try:
            rules.check_member(await desk.directory.person(team_id, user_id), team_id)
        except Refused:
            return False
        return True

    asked = sorted(user_ids)
    there = await asyncio.gather(*map(present, asked))
    return frozenset(user_id for user_id, here in zip(asked, there, strict=True) if not here)


async def groups_of(desk: Desk, person: Person, usergroups: Iterable[str]) -> frozenset[str]:
    """List those of these user groups that a person is in."""
    asked = frozenset(usergroups)
    return frozenset([g for g in asked if person.user_id in await desk.directory.members(person.team_id, g)])


async def approver_ids(desk: Desk, team_id: str) -> frozenset[str]:
    """List the company's approvers: those who decide wherever the policy names nobody else."""
    return await members_of(desk, team_id, (desk.policy().approval.approvers,))


async def deciders(desk: Desk, request: KeyRequest) -> Deciders:
    """Tell who may decide this request now: its project's people, whoever silence has called, deputies."""
    route, team_id = desk.policy().route(request.project_id, request.environment), request.team_id
    called = tuple(route.called(request.escalated))
    direct = frozenset[str]().union(*(group.users for group in called))
    own = await members_of(desk, team_id, called)
    away = await _still_away(desk, team_id, direct)
    return absence.deciders(own, direct, away, request.requester.user_id, desk.now())


async def _still_away(desk: Desk, team_id: str, user_ids: Iterable[str]) -> list[Absence]:
    """Read who of these is away and will be back: who is gone has no say that a deputy could lend."""
    away = await desk.absences.of(team_id, user_ids)
    left = await gone(desk, team_id, [absence.user_id for absence in away])
    return [absence for absence in away if absence.user_id not in left]


async def decider_ids(desk: Desk, request: KeyRequest) -> frozenset[str]:
    """List who may decide this request now."""
    return (await deciders(desk, request)).ids


async def decider_ids_of(desk: Desk, team_id: str, project_id: str, environment: str) -> frozenset[str]:
    """List who decides there at once; no environment: the project's own people, else the company's."""
    return await members_of(desk, team_id, desk.policy().route(project_id, environment).called(0))


async def check_keeper(desk: Desk, request: KeyRequest, person: Person) -> None:
    """Refuse everyone but the key's holder, those who decide about it, approvers and admins."""
    overseers = await approver_ids(desk, request.team_id) | await admin_ids(desk, request.team_id)
    named = await decider_ids(desk, request) | overseers
    rules.check_keeper(person, request, named)


async def admin_ids(desk: Desk, team_id: str) -> frozenset[str]:
    """List who may stop the bot and see people off: the approvers, where the policy names no admins."""
    policy = desk.policy()
    return await members_of(desk, team_id, (policy.admins or policy.approval.approvers,))


async def check_admin(desk: Desk, team_id: str, person: Person) -> None:
    """Refuse everyone who is no admin."""
    rules.check_member(person, team_id)
    if person.user_id not in await admin_ids(desk, team_id):
        raise Refused("Only Gemini key admins can do that.")


async def check_overseer(desk: Desk, team_id: str, person: Person) -> None:
    """Refuse everyone but approvers and admins: they may look at what others asked for."""
    rules.check_member(person, team_id)
    overseers = await approver_ids(desk, team_id) | await admin_ids(desk, team_id)
    if person.user_id not in overseers:
        raise Refused("Only Gemini key approvers and admins can do that.")
