"""What each kind of record looks like in Slack: its messages, by the surface they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from bot.domain.key_request import GRANTING, State
from bot.domain.repair import State as RepairState
from bot.store import keys
from handlers.surfaces import (
    emergency,
    half_made,
    handover,
    idle_dm,
    key_dm,
    pause_note,
    reminder,
    renewal_card,
    repair_card,
    repair_dm,
    request_card,
    requester_dm,
    setup_card,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bot.domain.approvers import Route
    from bot.domain.key_request import KeyRequest
    from bot.domain.office import Office
    from bot.domain.person import Person
    from bot.domain.readiness import ProjectReadiness
    from bot.domain.repair import Repair
    from bot.domain.setup import Setup
    from bot.languages.words import Words
    from bot.store.offices import Offices
    from bot.store.repairs import Repairs
    from bot.store.requests import Requests
    from bot.store.setups import Setups
    from handlers.announcing.homes import Homes
    from handlers.announcing.step_reports import StepReports
    from handlers.front import Front
    from handlers.surfaces.blocks import Message

Shown = tuple[str, str, "Message"]


class Record(Protocol):
    """What is shown."""

    @property
    def id(self) -> str:
        """Its id, which people can say."""

    @property
    def team_id(self) -> str:
        """Its workspace."""

    @property
    def requester(self) -> Person:
        """Who gets the DMs."""


T = TypeVar("T", bound=Record)


class Projection(Protocol[T]):
    """One kind of record and how it is shown."""

    async def read(self, team_id: str, record_id: str, /) -> tuple[T, int]:
        """Read the record with its version."""

    def record(self, team_id: str, record_id: str, /) -> str:
        """Name the record in Redis."""

    def surfaces(self, record: T, words: Words, /) -> AsyncIterator[Shown]:
        """List what should be seen as (surface, channel, message).

        No channel means the requester's DM, a person's id that person's.
        """

    def moving(self, record: T, /) -> bool:
        """Tell whether ticks follow each other closely."""

    async def after(self, record: T, /) -> None:
        """Bring up to date what is not a message."""


@dataclass(frozen=True, slots=True)
class RequestProjection:
    """Requests: the approvers' card, the live DM, a DM for each outcome, Home."""

    front: Front
    requests: Requests
    homes: Homes
    steps: StepReports

    async def read(self, team_id: str, request_id: str) -> tuple[KeyRequest, int]:
        """Read the record with its version."""
        return await self.requests.read(team_id, request_id)

    def record(self, team_id: str, request_id: str) -> str:
        """Name the record in Redis."""
        return keys.request(team_id, request_id)

    async def surfaces(self, request: KeyRequest, words: Words) -> AsyncIterator[Shown]:
        """List what should be seen; no channel means the requester's DM."""
        policy, public = self.front.policy(), self.front.public()
        known = await self._known(request)
        route = policy.route(request.project_id, request.environment)
        yield "card", policy.approval.channel, request_card.message(public, request, policy, known)
        for surface, channel in later_cards(route, request.escalated, policy.approval.channel):
            there = self.front.public(channel)
            yield surface, channel, request_card.message(there, request, policy, known)
        # The messages of an earlier owner stay with him: the next one gets his own.
        owner = f"@{request.handovers}" if request.handovers else ""
        for surface, message in handover.told(words, public, request):
            yield surface, policy.approval.channel if surface.startswith(reminder.IN_THREAD) else "", message
        for surface, message in requester_dm.outcome(words, request, self.front.console).items():
            yield f"{surface}{owner}", "", message
        yield f"dm{owner}", "", requester_dm.live(words, request)
        if wish := request.renewal:
            asked = renewal_card.text(public, request, wish), renewal_card.build(public, request, wish)
            yield f"renewal-card-{wish.number}", policy.approval.channel, asked
        if request.leaks and not request.finished:
            leaked = key_dm.leak(public, request)
            yield f"{key_dm.LEAK}card-{request.leaks}", policy.approval.channel, leaked
        for user_id in request.skipped if request.emergency else ():
            theirs = await self.front.words({"user_id": user_id})
            yield f"skipped-{user_id}", user_id, emergency.to_skipped(theirs, request)
        for surface, message in reminder.to_approvers(public, request, route):
            yield surface, policy.approval.channel, message
        for surface, message in (*reminder.to_holder(words, request), *idle_dm.to_holder(words, request)):
            yield f"{surface}{owner}", "", message

    async def _known(self, request: KeyRequest) -> ProjectReadiness | None:
        """Look at the project again whenever an undecided request is shown."""
        if request.state is not State.PENDING:
            return None
        return (await self.front.readiness.of([request.project_id])).get(request.project_id)

    def moving(self, request: KeyRequest) -> bool:
        """Tell whether ticks follow each other closely."""
        return request.state in GRANTING

    async def after(self, request: KeyRequest) -> None:
        """Bring Homes and a waiting workflow up to date."""
        await self.homes.refresh(request)
        await self.steps.report(request)


def later_cards(route: Route, escalated: int, first: str) -> Iterator[tuple[str, str]]:
    """Place a card of its own wherever a group that silence has called reads another channel."""
    for number, group in enumerate(route.later[:escalated], start=1):
        if group.channel and group.channel != first:
            yield f"card-{number}", group.channel


@dataclass(frozen=True, slots=True)
class OfficeProjection:
    """The workspace's own record: announced in the approval channel and on everybody's Home."""

    front: Front
    offices: Offices
    homes: Homes

    async def read(self, team_id: str, office_id: str) -> tuple[Office, int]:
        """Read the record with its version."""
        return await self.offices.read(team_id, office_id)

    def record(self, team_id: str, _office_id: str) -> str:
        """Name the record in Redis."""
        return keys.office(team_id)

    async def surfaces(self, office: Office, _words: Words) -> AsyncIterator[Shown]:
        """List what the approvers are told."""
        policy = self.front.policy()
        for surface, message in pause_note.announced(self.front.public(), office, policy):
            yield surface, policy.approval.channel, message

    def moving(self, _office: Office) -> bool:
        """It changes rarely."""
        return False

    async def after(self, _office: Office) -> None:
        """Bring every Home up to date that somebody looks at."""
        await self.homes.refresh_all()


@dataclass(frozen=True, slots=True)
class RepairProjection:
    """Fixes: a card where others decide, the live DM, a DM for the outcome."""

    front: Front
    repairs: Repairs
    homes: Homes

    async def read(self, team_id: str, repair_id: str) -> tuple[Repair, int]:
        """Read the record with its version."""
        return await self.repairs.read(team_id, repair_id)

    def record(self, team_id: str, repair_id: str) -> str:
        """Name the record in Redis."""
        return keys.repair(team_id, repair_id)

    async def surfaces(self, repair: Repair, words: Words) -> AsyncIterator[Shown]:
        """List what should be seen; no channel means the requester's DM."""
        public = self.front.public()
        if repair.asked_on_a_card:
            card = repair_card.text(public, repair), repair_card.build(public, repair)
            yield "card", self.front.policy().approval.channel, card
        if repair.stopped:
            called = half_made.note(public, repair)
            yield f"{reminder.IN_THREAD}{repair.run}", self.front.policy().approval.channel, called
        for surface, message in repair_dm.outcome(words, repair).items():
            yield surface, "", message
        yield "dm", "", repair_dm.live(words, repair)

    def moving(self, repair: Repair) -> bool:
        """Tell whether ticks follow each other closely."""
        return repair.state is RepairState.APPROVED

    async def after(self, repair: Repair) -> None:
        """Bring the Homes of those who decide up to date."""
        await self.homes.refresh_fix(repair)


@dataclass(frozen=True, slots=True)
class SetupProjection:
    """Setups: the list in the DM of who asked, and in the approval channel where several must press."""

    front: Front
    setups: Setups

    async def read(self, team_id: str, setup_id: str) -> tuple[Setup, int]:
        """Read the record with its version."""
        return await self.setups.read(team_id, setup_id)

    def record(self, team_id: str, setup_id: str) -> str:
        """Name the record in Redis."""
        return keys.setup(team_id, setup_id)

    async def surfaces(self, setup: Setup, words: Words) -> AsyncIterator[Shown]:
        """List what should be seen; no channel means the requester's DM."""
        policy = self.front.policy()
        if setup.approvals_needed > 1:
            yield "card", policy.approval.channel, setup_card.message(self.front.public(), setup, policy)
        yield "dm", "", setup_card.message(words, setup, policy)

    def moving(self, setup: Setup) -> bool:
        """Tell whether ticks follow each other closely."""
        return False

    async def after(self, setup: Setup) -> None:
        """Nothing else shows setups."""
