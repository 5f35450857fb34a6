"""Roles given for some hours: whose yes it takes, when they end, and that they are taken away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.repair import Offer, Remedy, State
from bot.domain.role_grants import RoleGrants
from bot.errors import GoogleError, Refused
from bot.languages.words import Words
from bot.operations.fixes import fix
from bot.operations.fixes.mend import mend
from bot.operations.offboard import left, offboard
from handlers.surfaces import why_fixes
from tests.support.people import ADA, ALAN, GRACE, NOW, POLICY, TEAM
from tests.why.test_repairs import MINUTE, Hands, Shop, case

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from bot.domain.repair import Repair

ROLES = Offer(
    remedy=Remedy.GRANT_ROLE,
    cause="key-create-denied",
    project_id="acme-ml-dev",
    after=("roles/serviceusage.apiKeysAdmin",),
    hours=8,
)


@pytest.fixture
def shop(redis: Redis) -> Shop:
    shop = Shop(redis)
    shop.policy = POLICY.model_copy(update={"roles": RoleGrants(grant=ROLES.after)})
    return shop


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


async def test_who_has_left_is_given_nothing(shop: Shop) -> None:
    """At the click the requester is looked up again, and the roles are held against today's policy."""
    asked = await fix.ask(shop.bench, case(ROLES), 0, ADA)
    shop.people.known[ADA.user_id] = replace(ADA, deactivated=True)
    with pytest.raises(Refused, match="that account is off"):
        await fix.approve(shop.bench, TEAM, asked.id, GRACE)

    shop.people.known[ADA.user_id] = ADA
    shop.policy = POLICY
    with pytest.raises(Refused, match="these roles any more"):
        await fix.approve(shop.bench, TEAM, asked.id, GRACE)
    assert await shop.repairs.get(TEAM, asked.id) == asked


async def test_a_shorter_time_in_the_policy_holds_for_what_was_asked(shop: Shop) -> None:
    """Eight hours were asked for; the policy says one by the click, so one is on the card and is given."""
    asked = await fix.ask(shop.bench, case(ROLES), 0, ADA)
    hour = timedelta(hours=1)
    shop.policy = POLICY.model_copy(update={"roles": RoleGrants(grant=ROLES.after, longest=hour)})

    given = await fix.approve(shop.bench, TEAM, asked.id, GRACE)

    assert (given.offer.hours, given.ends_at) == (1, NOW + hour)
    assert "for 1 hour" in why_fixes.what(Words(), given.offer)


async def test_roles_end_with_whoever_leaves(shop: Shop) -> None:
    """What nobody decided or began is closed, and what was given is taken back now."""
    given = await fix.ask(shop.bench, case(ROLES), 0, ADA)
    await fix.approve(shop.bench, TEAM, given.id, GRACE)
    await mend(shop.mender(), TEAM, given.id)
    waiting = await fix.ask(shop.bench, replace(case(ROLES), id="c2"), 0, ADA)
    held_up = await fix.ask(shop.bench, replace(case(ROLES), id="c3"), 0, ADA)
    await fix.approve(shop.bench, TEAM, held_up.id, GRACE)
    of_alan = await fix.ask(shop.bench, replace(case(ROLES, ALAN), id="c4"), 0, ALAN)
    shop.clock.forward(minutes=1)

    seen = await left(shop.bench, TEAM, ADA.user_id)
    for _ in range(2):
        await mend(shop.mender(), TEAM, given.id)
        await mend(shop.mender(), TEAM, held_up.id)

    assert {*seen.closed} == {given.id, waiting.id, held_up.id}
    over = [await shop.repairs.get(TEAM, fixed.id) for fixed in (given, waiting, held_up, of_alan)]
    assert [fixed.state for fixed in over] == [State.DONE, State.DENIED, State.DENIED, State.PENDING]
    assert (over[0].ends_at, shop.hands.done, shop.hands.taken_back) == (shop.clock(), 1, 1)
    assert (await offboard(shop.bench, TEAM, ADA.user_id, GRACE)).closed == ()


async def test_a_refusal_half_way_leaves_no_role(shop: Shop) -> None:
    """Two roles are asked for, one is given, one refused: the first is taken away again."""
    both = replace(ROLES, after=(*ROLES.after, "roles/iam.serviceAccountCreator"))
    shop.policy = POLICY.model_copy(update={"roles": RoleGrants(grant=both.after)})
    asked = await fix.ask(shop.bench, case(both), 0, ADA)
    await fix.approve(shop.bench, TEAM, asked.id, GRACE)
    given: list[str] = []
    troubles = [GoogleError("UNAVAILABLE")]

    class Refusing(Hands):
        async def do(self, repair: Repair) -> None:
            given.append(repair.offer.after[0])
            raise GoogleError("PERMISSION_DENIED")

        async def take_back(self, repair: Repair) -> None:
            if troubles:
                raise troubles.pop()
            given.clear()

    for _ in range(2):
        await mend(replace(shop.mender(), hands=Refusing()), TEAM, asked.id)

    assert (await shop.repairs.get(TEAM, asked.id)).state is State.FAILED
    assert given == []


async def test_roles_given_while_he_leaves_are_taken_back(shop: Shop) -> None:
    """A worker that was giving them finishes, and finds the end that stands in the record by then."""
    given = await fix.ask(shop.bench, case(ROLES), 0, ADA)
    await fix.approve(shop.bench, TEAM, given.id, GRACE)

    class Slow(Hands):
        async def do(self, repair: Repair) -> None:
            await left(shop.bench, TEAM, ADA.user_id)

    await mend(replace(shop.mender(), hands=Slow()), TEAM, given.id)
    assert (await shop.repairs.get(TEAM, given.id)).due_at() == shop.clock()
    await mend(shop.mender(), TEAM, given.id)

    assert (await shop.repairs.get(TEAM, given.id)).state is State.DONE
    assert shop.hands.taken_back == 1
