"""Ask for a fix that why-403 offered, and decide it: by the rules of a key request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot.domain import repair, rules
from bot.domain.audit import Event
from bot.domain.repair import PREFIX, Repair
from bot.errors import NotFound, Refused
from bot.operations.desk import decider_ids_of, members_of
from bot.operations.fixes.still_allowed import check_still_allowed
from bot.operations.free_id import under_free_id
from bot.operations.projects.new_project_rules import with_listed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.diagnosis.case import Case
    from bot.domain.person import Person
    from bot.domain.repair import Offer
    from bot.operations.desk import Desk


class Repairs(Protocol):
    """Where repairs are kept."""

    async def add(self, repair: Repair, event: Event, *, once: str) -> Repair | None:
        """Store a new repair; the same `once` again gives the first one; None when the id is taken."""

    async def get(self, team_id: str, repair_id: str) -> Repair:
        """Read a repair, or raise `NotFound`."""

    async def edit(
        self, team_id: str, repair_id: str, change: Callable[[Repair], Repair], event: Event
    ) -> Repair:
        """Apply a pure change, trying again when another writer was first."""

    async def unfinished(self, team_id: str, limit: int = 100) -> list[Repair]:
        """List repairs that somebody must look at some time."""


class Waking(Protocol):
    """The way to the workers. A wake-up that is lost is found again by the sweep."""

    async def wake(self, repair: Repair, at: datetime | None = None) -> None:
        """Tell a worker when a repair is due, or to look at it at `at`; never fails."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The desk, with what repairs need beside it."""

    desk: Desk
    repairs: Repairs
    queue: Waking


async def ask(bench: Bench, case: Case, number: int, by: Person) -> Repair:
    """Turn offer `number` of an answer into a repair; the same press again gives the same repair."""
    return await take(bench, _offer(case, number, by), by, once=f"fix:{case.id}:{number}")


async def take(bench: Bench, offer: Offer, by: Person, *, once: str) -> Repair:
    """Turn an offer into a repair; an approver's own press decides it at once, unless it is for himself.

    The same `once` gives the same repair.
    """
    desk = _concerning(bench.desk, offer)
    asked = await _checked(desk, offer, by)
    about = {"key": offer.key_id, "project": offer.project_id} if offer.key_id else {}
    details = {"remedy": offer.remedy.value, **about}
    event = Event(at=asked.requested_at, by=by.user_id, verb="fix", details=details)

    async def add(drawn: str) -> Repair | None:
        return await bench.repairs.add(replace(asked, id=drawn), event, once=once)

    kept = await under_free_id(desk.choose, PREFIX, add)
    await bench.queue.wake(kept)
    return kept


async def _checked(desk: Desk, offer: Offer, by: Person) -> Repair:
    """Hold the offer against the policy; what comes out has no id yet, and is decided if `by` may do so."""
    policy, now = desk.policy(), desk.now()
    rules.check_requester(by, policy, desk.team_id)
    key = await desk.requests.get(by.team_id, offer.request_id) if offer.request_id else None
    environment = key.environment if key else offer.environment
    asked = Repair(
        id="",
        requester=by,
        offer=offer,
        requested_at=now,
        lapses_at=policy.approval.lapses_at(now),
        approvals_needed=policy.most_needed(offer.project_id, environment),
        step_up=bool(policy.step_ups(offer.project_id, environment)),
        rotation=key.rotation if key else 0,
        key_uid=key.key_uid if key else "",
        environment=environment,
    )
    return repair.approve(asked, by, now) if await _decides(desk, asked) else asked


async def _decides(desk: Desk, asked: Repair) -> bool:
    """Tell whether its asker's own press decides it; refuse what nobody could decide."""
    by, where = asked.requester, (asked.team_id, asked.offer.project_id, asked.environment)
    above = await _step_up_ids(desk, *where)
    approvers = above | await decider_ids_of(desk, *where)
    alone = asked.approvals_needed == 1 and asked.offer.remedy not in repair.FOR_ONESELF
    decides = alone and by.user_id in approvers
    if not decides:
        rules.check_decidable(by, approvers, asked.approvals_needed)
    if asked.step_up:
        rules.check_decidable(by, above, 1)
    return decides


async def approve(bench: Bench, team_id: str, repair_id: str, by: Person) -> Repair:
    """Approve; the last approval needed sets the worker going."""
    asked = await check_may_decide(bench, team_id, repair_id, by)
    if asked.state is repair.State.PENDING:
        await check_still_allowed(bench.desk, asked)
    desk, longest = _concerning(bench.desk, asked.offer), bench.desk.policy().roles.longest
    above = await _step_up_ids(desk, team_id, asked.offer.project_id, asked.environment)
    now, step_up = desk.now(), by.user_id in above

    def change(current: Repair) -> Repair:
        return repair.approve(repair.shorten(current, longest), by, now, step_up=step_up)

    event = Event(at=now, by=by.user_id, verb="fix-approve")
    approved = await bench.repairs.edit(team_id, repair_id, change, event)
    await bench.queue.wake(approved)
    return approved


async def deny(bench: Bench, team_id: str, repair_id: str, by: Person) -> Repair:
    """Deny it."""
    await check_may_decide(bench, team_id, repair_id, by)
    now = bench.desk.now()
    return await bench.repairs.edit(
        team_id,
        repair_id,
        partial(repair.deny, by=by, at=now),
        Event(at=now, by=by.user_id, verb="fix-deny"),
    )


async def check_may_decide(bench: Bench, team_id: str, repair_id: str, by: Person) -> Repair:
    """Check authority anew, at the click: an approver, and not his own; returns it as it stands."""
    asked = await bench.repairs.get(team_id, repair_id)
    rules.check_decider(by, team_id, asked.requester, await decider_ids(bench, asked))
    return asked


async def waiting_for(bench: Bench, team_id: str, by: Person) -> list[Repair]:
    """List the fixes that this person may decide, or try again, now; as at the click, who has not yet."""
    rules.check_member(by, team_id)
    unfinished = await bench.repairs.unfinished(team_id)
    found = [asked for asked in unfinished if asked.state is repair.State.PENDING or asked.stopped]
    return [asked for asked in found if await _may_decide(bench, asked, by)]


async def decider_ids(bench: Bench, asked: Repair) -> frozenset[str]:
    """List who may decide about a fix."""
    where = asked.team_id, asked.offer.project_id, asked.environment
    desk = _concerning(bench.desk, asked.offer)
    return await _step_up_ids(desk, *where) | await decider_ids_of(desk, *where)


async def _may_decide(bench: Bench, asked: Repair, by: Person) -> bool:
    earlier = () if asked.stopped else asked.approvals
    settled = {asked.requester.account, *(approval.by.account for approval in earlier)}
    return by.account not in settled and by.user_id in await decider_ids(bench, asked)


def _concerning(desk: Desk, offer: Offer) -> Desk:
    """Let a new project be decided by the rules that keys in it will have: it is listed nowhere yet."""
    return with_listed(desk, offer.project_id) if offer.remedy is repair.Remedy.NEW_PROJECT else desk


async def _step_up_ids(desk: Desk, team_id: str, project_id: str, environment: str) -> frozenset[str]:
    """List who is of a group of which one must say yes, too."""
    return await members_of(desk, team_id, desk.policy().step_ups(project_id, environment))


def _offer(case: Case, number: int, by: Person) -> Offer:
    """Find the offer; only who asked may take it up."""
    if case.asker.account != by.account:
        raise Refused("Only the person who asked can take this up.")
    if case.report is None or not 0 <= number < len(case.report.offers):
        raise NotFound("That answer is too old to act on. Please ask again.")
    return case.report.offers[number]
