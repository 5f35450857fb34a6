"""A new project that failed is gone on with by one press: whose, for how long, and by which policy."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.domain import repair
from bot.domain.audit import Event
from bot.domain.failure import Failure
from bot.domain.repair import AGAIN_WITHIN, State
from bot.errors import BotError, Conflict, Refused, Unavailable
from bot.languages.words import Words
from bot.operations.fixes import fix
from bot.operations.fixes.again import again
from bot.operations.fixes.mend import MOST_RUNS, mend
from bot.operations.offboard import left
from bot.operations.projects.new_project import ask
from handlers.surfaces import repair_card, repair_dm
from tests.operations.test_new_project import of_the_entry, policy
from tests.support.people import ADA, ALAN, GRACE, PURPOSE, RADIA, TEAM
from tests.why.test_repairs import DEV, Hands, Shop, case

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from bot.domain.repair import Repair

FAILURE = Failure(cause="billing-link-quota", title="This billing account may not be linked to more projects")


@pytest.fixture
def shop(redis: Redis) -> Shop:
    shop = Shop(redis)
    shop.policy = policy()
    return shop


async def failed(shop: Shop) -> Repair:
    """Have a project asked for and approved that stops where somebody must pay."""
    asked = await ask(shop.bench, ADA, "notes", "dev", PURPOSE, once="v1")
    await fix.approve(shop.bench, TEAM, asked.id, GRACE)

    def stop(held: Repair) -> Repair:
        return replace(repair.fail(held, FAILURE, shop.clock()), done=("create",), failed_runs=3)

    event = Event(at=shop.clock(), by="bot", verb="fix-fail")
    return await shop.repairs.edit(TEAM, asked.id, stop, event)


@pytest.mark.parametrize("by", [ADA, ALAN], ids=["the asker", "an approver"])
async def test_one_press_goes_on_from_there(shop: Shop, redis: Redis, by: object) -> None:
    """What was done stays done, nothing of the failure is left, a worker is called; once."""
    stopped = await failed(shop)

    resumed = await again(shop.bench, TEAM, stopped.id, by)  # type: ignore[arg-type]

    assert (resumed.state, resumed.done, resumed.step) == (State.APPROVED, ("create",), "billing")
    assert (resumed.failure, resumed.failed_runs, shop.woken.at[-1]) == (None, 0, shop.clock())
    assert resumed.id in await shop.repairs.due(TEAM, shop.clock())
    with pytest.raises(Conflict, match="not waiting to be tried again"):
        await again(shop.bench, TEAM, stopped.id, by)  # type: ignore[arg-type]


async def test_who_has_no_say_presses_in_vain(shop: Shop) -> None:
    """Neither a colleague nor whoever has left, and nobody else for him."""
    stopped = await failed(shop)
    with pytest.raises(Refused, match="Only Gemini key approvers"):
        await again(shop.bench, TEAM, stopped.id, RADIA)
    with pytest.raises(Refused):
        await again(shop.bench, TEAM, stopped.id, replace(ADA, deactivated=True))
    shop.people.known[ADA.user_id] = replace(ADA, deactivated=True)
    with pytest.raises(Refused, match="can ask for nothing any more"):
        await again(shop.bench, TEAM, stopped.id, GRACE)
    assert await shop.repairs.get(TEAM, stopped.id) == stopped


async def test_it_waits_on_the_approvers_home_for_a_week(shop: Shop) -> None:
    """Also for who approved it, and not for its asker; then it is over, and pressing comes too late."""
    stopped = await failed(shop)
    assert await fix.waiting_for(shop.bench, TEAM, GRACE) == [stopped]
    assert await fix.waiting_for(shop.bench, TEAM, ADA) == []
    shown = str(repair_card.brief(Words(), stopped))
    assert "fix_again" in shown
    assert "approve_fix" not in shown

    await mend(shop.mender(), TEAM, stopped.id)
    assert await shop.repairs.get(TEAM, stopped.id) == stopped, "a wake-up that came too early"
    shop.clock.now += AGAIN_WITHIN
    assert await shop.repairs.due(TEAM, shop.clock()) == [stopped.id]
    await mend(shop.mender(), TEAM, stopped.id)

    over = await shop.repairs.get(TEAM, stopped.id)
    assert (over.state, over.finished, over.due_at()) == (State.LAPSED, True, None)
    assert "nobody tried again" in repair_card.status(Words(), over)
    assert "Nobody tried" in repair_dm.outcome(Words(), over)["lapsed"][0]
    assert await fix.waiting_for(shop.bench, TEAM, GRACE) == []
    with pytest.raises(Conflict, match="not waiting to be tried again"):
        await again(shop.bench, TEAM, stopped.id, GRACE)


async def test_it_goes_with_whoever_leaves(shop: Shop) -> None:
    """What he asked for and was not finished is closed, and waits for nobody."""
    stopped = await failed(shop)

    seen = await left(shop.bench, TEAM, ADA.user_id)

    assert seen.closed == (stopped.id,)
    assert (await shop.repairs.get(TEAM, stopped.id)).finished


async def test_the_policy_of_the_press_decides(shop: Shop) -> None:
    """What the policy gives no more is not gone on with."""
    stopped = await failed(shop)
    shop.policy = of_the_entry(requesters={"users": ["U0ALAN"]})

    with pytest.raises(Refused, match="may not have acme-gemini-notes for dev"):
        await again(shop.bench, TEAM, stopped.id, GRACE)


async def test_only_a_new_project_is_gone_on_with(shop: Shop) -> None:
    """Another fix that failed is asked for anew: why-403 looks again first."""
    approved = await shop.approved()
    event = Event(at=shop.clock(), by="bot", verb="fix-fail")
    await shop.repairs.edit(TEAM, approved.id, partial(repair.fail, failure=FAILURE, at=shop.clock()), event)

    with pytest.raises(Conflict, match="not waiting to be tried again"):
        await again(shop.bench, TEAM, approved.id, ADA)


async def test_a_fault_of_ours_is_tried_again_and_then_told(shop: Shop) -> None:
    """It goes to the log each time, and after some runs the asker is told that it went wrong."""
    asked = await fix.ask(shop.bench, case(DEV), 0, ADA)
    await fix.approve(shop.bench, TEAM, asked.id, GRACE)

    class Faulty(Hands):
        async def do(self, repair: Repair) -> None:
            raise ZeroDivisionError

    for _ in range(MOST_RUNS):
        with pytest.raises(ZeroDivisionError):
            await mend(replace(shop.mender(), hands=Faulty()), TEAM, asked.id)
        assert (await shop.repairs.get(TEAM, asked.id)).state is State.APPROVED
    with pytest.raises(ZeroDivisionError):
        await mend(replace(shop.mender(), hands=Faulty()), TEAM, asked.id)

    over = await shop.repairs.get(TEAM, asked.id)
    assert over.state is State.FAILED
    assert over.failure is not None
    assert "The log has the details" in over.failure.title


async def test_a_silent_memory_ends_nothing(shop: Shop) -> None:
    """Where Redis is away for a moment the record stays as it is: whoever finds it due goes on."""
    asked = await fix.ask(shop.bench, case(DEV), 0, ADA)
    await fix.approve(shop.bench, TEAM, asked.id, GRACE)

    class Cut(Hands):
        async def do(self, repair: Repair) -> None:
            raise Unavailable("I couldn't reach my memory.")

    with pytest.raises(BotError, match="my memory"):
        await mend(replace(shop.mender(), hands=Cut()), TEAM, asked.id)

    found = await shop.repairs.get(TEAM, asked.id)
    assert (found.state, found.failure) == (State.APPROVED, None)
    assert found.due_at() is not None
