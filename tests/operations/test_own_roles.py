"""The roles that a setup's list offers are its asker's alone, and asked for once a look."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import pytest

from bot.domain import setup
from bot.domain.audit import Event
from bot.domain.repair import State
from bot.domain.role_grants import RoleGrants
from bot.domain.setup import Setup
from bot.errors import Conflict, Refused
from bot.operations.projects import own_roles
from bot.operations.projects.set_up import SetupDesk
from bot.store.setups import Setups
from tests.support.people import ADA, GRACE, NOW, POLICY, TEAM
from tests.why.test_repairs import Shop
from tests.why.test_role_ends import ROLES

if TYPE_CHECKING:
    from redis.asyncio import Redis

LIST = Setup(id="SET-7F3K", requester=GRACE, project_id="acme-ml-dev", requested_at=NOW, next_run_at=NOW)


@pytest.fixture
def shop(redis: Redis) -> Shop:
    shop = Shop(redis)
    shop.policy = POLICY.model_copy(update={"roles": RoleGrants(grant=ROLES.after)})
    return shop


async def looked(shop: Shop, redis: Redis, record: Setup) -> SetupDesk:
    """Keep a list as a worker leaves it."""
    numbers = count()
    setups = Setups(redis, lambda: str(next(numbers)))
    await setups.add(record, Event(at=NOW, by="bot", verb="setup-looked"), once="v1")
    return SetupDesk(desk=shop.bench.desk, setups=setups, queue=None)  # type: ignore[arg-type]


async def test_who_asked_for_the_list_asks_for_the_roles(shop: Shop, redis: Redis) -> None:
    """A second press is the same fix; an approver's own press decides nothing, and nobody else may press."""
    record = setup.looked(setup.take_up(LIST, NOW), (), NOW, replace(ROLES, hours=2))
    desk = await looked(shop, redis, record)

    with pytest.raises(Refused, match="Only the person who asked"):
        await own_roles.ask(desk, shop.bench, TEAM, record.id, ADA)
    asked = await own_roles.ask(desk, shop.bench, TEAM, record.id, GRACE)
    again = await own_roles.ask(desk, shop.bench, TEAM, record.id, GRACE)

    assert (asked.state, asked.offer.hours, asked) == (State.PENDING, 2, again)


async def test_what_was_not_offered_is_not_given(shop: Shop, redis: Redis) -> None:
    """A button of an older look finds that the offer is gone."""
    record = setup.looked(setup.take_up(LIST, NOW), (), NOW)
    desk = await looked(shop, redis, record)

    with pytest.raises(Conflict, match="Press Check again"):
        await own_roles.ask(desk, shop.bench, TEAM, record.id, GRACE)
