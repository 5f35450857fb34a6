"""A fix lives by the rules of a key request: one decision, an audit event a move, none when overtaken."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from bot.diagnosis.case import Case, Report, Sight
from bot.domain.repair import Offer, Remedy, Repair, State
from bot.errors import BotError, Conflict, GoogleError, NotFound, Refused
from bot.operations.desk import Desk
from bot.operations.fixes import fix
from bot.operations.fixes.fix import Bench
from bot.operations.fixes.mend import Mender, mend
from bot.store import keys
from bot.store.absences import Absences
from bot.store.cases import Cases
from bot.store.repairs import Repairs
from bot.store.requests import Requests
from tests.support.clock import Clock
from tests.support.counter import People
from tests.support.people import ADA, ALAN, GRACE, MALLORY, NOW, POLICY, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from redis.asyncio import Redis

MINUTE = timedelta(minutes=1)
DEV = Offer(remedy=Remedy.ENABLE_API, cause="service-disabled", project_id="acme-ml-dev")
PROD = replace(DEV, project_id="acme-ml-prod")


def wait_a_minute(failed_runs: int) -> timedelta:
    """Wait as long after any number of failed runs."""
    return MINUTE


@dataclass
class Woken:
    """Remember when a worker was asked to come."""

    at: list[datetime | None] = field(default_factory=list)

    async def wake(self, repair: Repair, at: datetime | None = None) -> None:
        self.at.append(at or repair.due_at())


@dataclass
class Hands:
    """Do what a test plans."""

    error: BotError | None = None
    seen: bool | None = None
    done: int = 0
    taken_back: int = 0
    meanwhile: Callable[[], None] = lambda: None

    async def do(self, repair: Repair) -> None:
        self.done += 1
        self.meanwhile()
        if self.error:
            raise self.error

    async def works(self, repair: Repair) -> bool | None:
        return self.seen

    async def take_back(self, repair: Repair) -> None:
        if self.error:
            raise self.error
        self.taken_back += 1


class Shop:
    """A bench to ask at, and workers with planned hands, on one real Redis."""

    def __init__(self, redis: Redis) -> None:
        self.clock, self.woken, self.hands, self.people = Clock(), Woken(), Hands(), People()
        self.policy = POLICY
        numbers, letters = count(), count()
        self.repairs = Repairs(redis, lambda: str(next(numbers)))
        desk = Desk(
            team_id=TEAM,
            requests=Requests(redis, lambda: str(next(numbers))),
            directory=self.people,
            jobs=None,  # type: ignore[arg-type]
            absences=Absences(redis),
            policy=lambda: self.policy,
            now=self.clock,
            choose=lambda some: some[next(letters) % len(some)],
        )
        self.bench = Bench(desk=desk, repairs=self.repairs, queue=self.woken)

    def mender(self) -> Mender:
        return Mender(
            repairs=self.repairs,
            queue=self.woken,
            hands=self.hands,
            maker=None,  # type: ignore[arg-type]
            now=self.clock,
            wait=wait_a_minute,
            propagation=5 * MINUTE,
        )

    async def approved(self) -> Repair:
        asked = await fix.ask(self.bench, case(DEV), 0, ADA)
        return await fix.approve(self.bench, TEAM, asked.id, GRACE)


@pytest.fixture
def shop(redis: Redis) -> Shop:
    return Shop(redis)


def case(offer: Offer, asker: object = ADA) -> Case:
    report = Report(findings=(), readings=(), at=NOW, sight=Sight.SEEN, offers=(offer,))
    return Case(id="c1", asker=asker, asked_at=NOW, report=report)  # type: ignore[arg-type]


async def test_the_same_press_is_the_same_fix(shop: Shop) -> None:
    """A second delivery of one press asks for nothing new."""
    first = await fix.ask(shop.bench, case(DEV), 0, ADA)
    again = await fix.ask(shop.bench, case(DEV), 0, ADA)

    assert first == again
    assert first.state is State.PENDING


async def test_an_answer_is_taken_up_by_who_asked(shop: Shop) -> None:
    """Neither another person nor an offer that was never made leads to a fix."""
    with pytest.raises(Refused):
        await fix.ask(shop.bench, case(DEV), 0, GRACE)
    with pytest.raises(NotFound):
        await fix.ask(shop.bench, case(DEV), 1, ADA)
    with pytest.raises(Refused):
        await fix.ask(shop.bench, case(DEV, MALLORY), 0, MALLORY)


async def test_nobody_decides_for_himself(shop: Shop) -> None:
    """The requester, a guest and a person from nowhere are refused; the record stays as it was."""
    asked = await fix.ask(shop.bench, case(DEV), 0, ADA)

    for person in (ADA, MALLORY, replace(GRACE, team_id="T0OTHER")):
        with pytest.raises(Refused):
            await fix.approve(shop.bench, TEAM, asked.id, person)
    assert await shop.repairs.get(TEAM, asked.id) == asked


async def test_two_must_agree_where_a_key_needs_two(shop: Shop) -> None:
    """In prod the policy wants two approvals: an approver's own press does not decide it either."""
    asked = await fix.ask(shop.bench, case(PROD), 0, ADA)
    half = await fix.approve(shop.bench, TEAM, asked.id, GRACE)
    with pytest.raises(Conflict):
        await fix.approve(shop.bench, TEAM, asked.id, GRACE)
    whole = await fix.approve(shop.bench, TEAM, asked.id, ALAN)
    with pytest.raises(Refused):
        await fix.ask(shop.bench, replace(case(PROD, GRACE), id="c2"), 0, GRACE)

    assert (asked.approvals_needed, half.state, whole.state) == (2, State.PENDING, State.APPROVED)


async def test_the_second_decision_is_told_who_made_the_first(shop: Shop) -> None:
    """One decision: whoever is later hears the name."""
    asked = await fix.ask(shop.bench, case(DEV), 0, ADA)
    await fix.deny(shop.bench, TEAM, asked.id, ALAN)

    with pytest.raises(Conflict, match="Alan Turing has already denied"):
        await fix.approve(shop.bench, TEAM, asked.id, GRACE)


async def test_a_fix_is_done_and_then_watched_until_calls_work(shop: Shop) -> None:
    """What is done but not seen to work is looked at again; once seen, it is over."""
    approved = await shop.approved()
    await mend(shop.mender(), TEAM, approved.id)
    watching = await shop.repairs.get(TEAM, approved.id)
    assert (watching.state, watching.next_run_at) == (State.WATCHING, NOW + 5 * MINUTE)
    assert shop.woken.at[-1] == NOW + timedelta(seconds=0.5)

    shop.clock.forward(minutes=1)
    await mend(shop.mender(), TEAM, approved.id)
    assert (await shop.repairs.get(TEAM, approved.id)).state is State.WATCHING
    assert shop.woken.at[-1] == NOW + MINUTE + timedelta(seconds=30)

    shop.hands.seen = True
    await mend(shop.mender(), TEAM, approved.id)
    over = await shop.repairs.get(TEAM, approved.id)
    assert (over.state, over.works, shop.hands.done) == (State.DONE, True, 1)


async def test_the_watch_ends_with_googles_own_time(shop: Shop) -> None:
    """When nobody called meanwhile, the end of the documented time is told, and no success is claimed."""
    approved = await shop.approved()
    await mend(shop.mender(), TEAM, approved.id)
    shop.clock.forward(minutes=5)

    await mend(shop.mender(), TEAM, approved.id)

    over = await shop.repairs.get(TEAM, approved.id)
    assert (over.state, over.works) == (State.DONE, None)


async def test_an_outage_puts_off_and_a_refusal_ends(shop: Shop) -> None:
    """What may pass is tried again later; what will not is told as a finding."""
    approved = await shop.approved()
    shop.hands.error = GoogleError("UNAVAILABLE", "later")
    await mend(shop.mender(), TEAM, approved.id)
    later = await shop.repairs.get(TEAM, approved.id)
    assert (later.state, later.next_run_at) == (State.APPROVED, NOW + MINUTE)

    shop.hands.error = GoogleError("PERMISSION_DENIED", "Permission denied to enable service [x]", http=403)
    await mend(shop.mender(), TEAM, approved.id)
    failed = await shop.repairs.get(TEAM, approved.id)
    assert failed.state is State.FAILED
    assert failed.failure is not None
    assert failed.failure.cause == "enable-permission-denied"


async def test_an_overtaken_worker_writes_nothing(shop: Shop, redis: Redis) -> None:
    """A worker that comes back after another took the fix up leaves the record to that one."""
    approved = await shop.approved()
    stale = shop.mender()

    class Overtaken(Hands):
        async def do(self, repair: Repair) -> None:
            shop.hands = Hands(seen=True)
            await mend(shop.mender(), TEAM, repair.id)

    await mend(replace(stale, hands=Overtaken()), TEAM, approved.id)

    over = await shop.repairs.get(TEAM, approved.id)
    assert (over.state, over.works, over.run) == (State.DONE, True, 2)


async def test_an_undecided_fix_lapses(shop: Shop) -> None:
    """After the policy's time it is over, and not before."""
    asked = await fix.ask(shop.bench, case(DEV), 0, ADA)
    await mend(shop.mender(), TEAM, asked.id)
    assert (await shop.repairs.get(TEAM, asked.id)).state is State.PENDING

    shop.clock.now = asked.lapses_at
    assert await shop.repairs.due(TEAM, shop.clock()) == [asked.id]
    await mend(shop.mender(), TEAM, asked.id)

    assert (await shop.repairs.get(TEAM, asked.id)).state is State.LAPSED
    assert await shop.repairs.due(TEAM, shop.clock() + 10_000 * MINUTE) == []


async def test_every_move_is_in_the_audit_and_told(shop: Shop, redis: Redis) -> None:
    """As many audit events and announcements as moves; a finished fix leaves after the retention."""
    shop.hands.seen = True
    approved = await shop.approved()
    await mend(shop.mender(), TEAM, approved.id)

    events = [json.loads(fields["event"]) for _, fields in await redis.xrange(keys.audit(TEAM))]
    assert [(e["by"], e["verb"], e["state"]) for e in events] == [
        ("U0ADA", "fix", "pending"),
        ("U0GRACE", "fix-approve", "approved"),
        ("bot", "fix-take-up", "approved"),
        ("bot", "fix-done", "watching"),
        ("bot", "fix-seen", "done"),
    ]
    assert await redis.xlen(keys.announcements(TEAM)) == len(events)
    assert 0 < await redis.ttl(keys.repair(TEAM, approved.id)) <= keys.RETENTION.total_seconds()


async def test_a_case_leaves_within_the_hour(redis: Redis) -> None:
    """Question and answer are kept for an hour, and an answer to nothing is refused with a sentence."""
    cases, asked = Cases(redis), replace(case(DEV), report=None)
    await cases.put(asked)
    report = case(DEV).report
    assert report is not None
    await cases.answer(asked, report)

    assert (await cases.get(TEAM, "c1")).report == report
    assert 0 < await redis.ttl(keys.case(TEAM, "c1")) <= 3600
    with pytest.raises(NotFound, match="too old"):
        await cases.get(TEAM, "c2")
