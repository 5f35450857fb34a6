"""Roles given for some hours: whose yes it takes, when they end, and that they are taken away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.repair import Offer, Remedy, State
from bot.errors import GoogleError, Refused
from bot.operations import fix
from bot.operations.mend import mend
from tests.support.people import ADA, GRACE, NOW, TEAM
from tests.why.test_repairs import MINUTE, Shop, case

if TYPE_CHECKING:
    from redis.asyncio import Redis

ROLES = Offer(
    remedy=Remedy.GRANT_ROLE,
    cause="key-create-denied",
    project_id="acme-ml-dev",
    after=("roles/serviceusage.apiKeysAdmin",),
    hours=8,
)


@pytest.fixture
def shop(redis: Redis) -> Shop:
    return Shop(redis)


async def test_roles_end_and_are_taken_back(shop: Shop) -> None:
    """The end counts from the approval; a refusal to take back is tried again, as Google ended it on time."""
    asked = await fix.ask(shop.bench, case(ROLES), 0, ADA)
    await fix.approve(shop.bench, TEAM, asked.id, GRACE)
    await mend(shop.mender(), TEAM, asked.id)
    end = NOW + timedelta(hours=8)
    given = await shop.repairs.get(TEAM, asked.id)
    assert (given.state, given.ends_at, given.due_at(), shop.woken.at[-1]) == (State.WATCHING, end, end, end)

    await mend(shop.mender(), TEAM, asked.id)
    assert shop.hands.taken_back == 0, "a wake-up that came too early"

    shop.clock.now = end
    shop.hands.error = GoogleError("PERMISSION_DENIED")
    await mend(shop.mender(), TEAM, asked.id)
    assert (await shop.repairs.get(TEAM, asked.id)).due_at() == end + MINUTE
    shop.hands.error = None
    await mend(shop.mender(), TEAM, asked.id)

    assert (await shop.repairs.get(TEAM, asked.id)).state is State.DONE
    assert (shop.hands.done, shop.hands.taken_back) == (1, 1)


async def test_nothing_is_given_while_paused(shop: Shop) -> None:
    """Whoever stopped the making of keys stopped the roles that make them; the yes is kept."""
    asked = await fix.ask(shop.bench, case(ROLES), 0, ADA)
    await fix.approve(shop.bench, TEAM, asked.id, GRACE)

    async def paused(team_id: str) -> bool:
        return team_id == TEAM

    await mend(replace(shop.mender(), paused=paused), TEAM, asked.id)
    assert shop.hands.done == 0
    assert (await shop.repairs.get(TEAM, asked.id)).state is State.APPROVED

    await mend(shop.mender(), TEAM, asked.id)
    assert shop.hands.done == 1


async def test_an_approver_gives_himself_no_role(shop: Shop) -> None:
    """What is for oneself is decided by somebody else, approver or not."""
    asked = await fix.ask(shop.bench, case(ROLES, GRACE), 0, GRACE)

    assert asked.state is State.PENDING
    with pytest.raises(Refused):
        await fix.approve(shop.bench, TEAM, asked.id, GRACE)
