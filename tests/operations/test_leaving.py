"""Somebody leaves while others decide: what is open ends, and nobody takes a key for himself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain import deciding, renewal
from bot.domain.absence import Absence
from bot.domain.key_request import State
from bot.errors import BotError, Refused, Unavailable
from bot.operations.decide import approve
from bot.operations.desk import decider_ids
from bot.operations.offboard import left, offboard
from bot.operations.renew import approve_renewal
from tests.support.counter import Counter
from tests.support.fuse import Fuse
from tests.support.people import ADA, ALAN, DAY, GRACE, HOUR, POLICY, RADIA, TEAM, active, pending

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.domain.person import Person

HELD = replace(active(), secret_version="1")  # Grace approved it


def counter_with(request: KeyRequest) -> Counter:
    counter = Counter()
    counter.book.records[request.id] = request
    return counter


@pytest.mark.parametrize("to", [GRACE, ALAN], ids=["who approved it", "the admin himself"])
async def test_nobody_has_a_key_of_his_own_making(to: Person) -> None:
    """An admin gives no key to himself and none to who approved it; taking it away stays possible."""
    counter = counter_with(HELD)

    with pytest.raises(Refused):
        await offboard(counter.bench(), TEAM, ADA.user_id, ALAN, to.user_id)
    assert counter.book.records[HELD.id] == HELD

    assert (await offboard(counter.bench(), TEAM, ADA.user_id, ALAN)).revoked == (HELD.id,)


async def test_who_approved_a_later_end_does_not_get_the_key() -> None:
    """A yes to the renewal is a yes to this key, too."""
    now = Counter().clock.now
    wish = renewal.ask(HELD, ADA, now, lifetime=30 * DAY, lapses_at=now + HOUR, approvals_needed=2)
    counter = counter_with(renewal.approve(wish, RADIA, now))

    with pytest.raises(Refused, match="approved"):
        await offboard(counter.bench(), TEAM, ADA.user_id, ALAN, RADIA.user_id)


async def test_an_approval_in_the_last_moment_saves_no_request() -> None:
    """The request is read again when it was approved between the reading and the writing, and is stopped."""
    counter, fuse = counter_with(pending()), Fuse(pause_at=0)
    leaver = asyncio.create_task(left(counter.bench(fuse), TEAM, ADA.user_id))
    async with asyncio.timeout(5):
        await fuse.paused.wait()
    counter.book.records[HELD.id] = deciding.approve(pending(), GRACE, counter.clock.now)

    fuse.woken.set()
    seen = await leaver

    stopped = counter.book.records[HELD.id]
    assert seen.closed == (HELD.id,)
    assert stopped.failure is not None
    assert stopped.failure.cause == "requester-left"


async def test_who_has_left_is_granted_nothing() -> None:
    """His request is decided by today's profile; without one, by nobody."""
    counter = counter_with(pending())
    counter.people.known[ADA.user_id] = replace(ADA, deactivated=True)
    with pytest.raises(Refused, match="can't be given a key any more"):
        await approve(counter.desk(), TEAM, HELD.id, GRACE)

    del counter.people.known[ADA.user_id]
    with pytest.raises(Unavailable):
        await approve(counter.desk(), TEAM, HELD.id, GRACE)
    assert counter.book.records[HELD.id].state is State.PENDING


async def test_who_has_left_is_renewed_nothing() -> None:
    """A later end is refused like a new key."""
    now = Counter().clock.now
    wish = renewal.ask(HELD, ADA, now, lifetime=30 * DAY, lapses_at=now + HOUR, approvals_needed=1)
    counter = counter_with(wish)
    counter.people.known[ADA.user_id] = replace(ADA, guest=True)

    with pytest.raises(BotError, match="can't be given a key any more"):
        await approve_renewal(counter.desk(), TEAM, HELD.id, GRACE)
    assert counter.book.records[HELD.id] == wish


async def test_what_the_policy_lists_no_more_is_renewed_by_nobody() -> None:
    """The project went from the policy after the wish was written down: the key keeps the end that it has."""
    now = Counter().clock.now
    wish = renewal.ask(HELD, ADA, now, lifetime=30 * DAY, lapses_at=now + HOUR, approvals_needed=1)
    counter = counter_with(wish)
    without = POLICY.model_copy(update={"projects": POLICY.projects[1:]})
    desk = replace(counter.desk(), policy=lambda: without)

    with pytest.raises(Refused, match="dev keys in acme-ml-dev are not given any more"):
        await approve_renewal(desk, TEAM, HELD.id, GRACE)
    assert counter.book.records[HELD.id] == wish

    assert await approve_renewal(counter.desk(), TEAM, HELD.id, GRACE) != wish


async def test_a_deputy_goes_with_whom_he_stood_in_for() -> None:
    """A switched-off approver lends no say any more, and his absence ends with him."""
    counter = counter_with(pending())
    away = Absence(user_id=GRACE.user_id, deputy_id=RADIA.user_id, until=counter.clock.now + DAY)
    await counter.away.put(TEAM, away)
    assert RADIA.user_id in await decider_ids(counter.desk(), pending())

    counter.people.known[GRACE.user_id] = replace(GRACE, deactivated=True)
    assert RADIA.user_id not in await decider_ids(counter.desk(), pending())

    await left(counter.bench(), TEAM, GRACE.user_id)
    assert counter.away.kept == {}
