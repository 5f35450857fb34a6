"""Limits hold in the very move that makes a grant, however many try at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import pytest

from bot.domain import deciding, ending, granting, renewal
from bot.domain.audit import Event
from bot.domain.key_request import State
from bot.domain.limits import Counted, Limit, LimitReached
from bot.domain.person import service
from bot.store import counting
from bot.store.redis import connect
from bot.store.requests import Requests
from tests.support.leaks import leaks
from tests.support.people import ADA, ALAN, DAY, GRACE, HOUR, NOW, TEAM, pending

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from redis.asyncio import Redis

    from bot.domain.key_request import KeyRequest

ASKED = Event(at=NOW, by=ADA.user_id, verb="request")
YES = Event(at=NOW + HOUR, by=GRACE.user_id, verb="approve")
PERSON = Limit(counted=Counted.PERSON, most=2)
PROJECT = Limit(counted=Counted.PROJECT, most=3)
NUMBERS = count()


def cap(at: datetime = NOW, most: int = 2) -> Limit:
    return Limit(counted=Counted.RULE, most=most, rule="short keys", at=at, within=timedelta(days=30))


@pytest.fixture
def requests(redis: Redis) -> Requests:
    return Requests(redis, lambda: str(next(NUMBERS)))


async def asked(requests: Requests, number: int, **changes: object) -> KeyRequest:
    """Have one more undecided request."""
    request = replace(pending(), id=f"GK-{number:04d}", **changes)  # type: ignore[arg-type]
    assert await requests.add(request, ASKED, once="")
    return request


async def approve(requests: Requests, request: KeyRequest, *limits: Limit) -> bool:
    """Say yes; False when a limit stands against it."""
    yes = partial(deciding.approve, by=GRACE, at=NOW + HOUR)
    try:
        await requests.edit(TEAM, request.id, yes, YES, limits)
    except LimitReached:
        return False
    return True


async def test_approvals_at_once_never_exceed_a_quota(requests: Requests, redis_url: str) -> None:
    """Twelve approvers press at the same moment, through three processes: exactly two keys come of it."""
    clients = [connect(redis_url) for _ in range(3)]
    others = [Requests(client, lambda: str(next(NUMBERS))) for client in clients]
    waiting = [await asked(requests, number) for number in range(12)]

    done = await asyncio.gather(*(approve(others[i % 3], r, PERSON, PROJECT) for i, r in enumerate(waiting)))
    await asyncio.gather(*(client.aclose() for client in clients))

    assert sum(done) == 2
    states = [(await requests.get(TEAM, request.id)).state for request in waiting]
    assert (states.count(State.APPROVED), states.count(State.PENDING)) == (2, 10)


async def test_a_projects_room_is_shared_by_everybody(requests: Requests) -> None:
    """Ada and Alan fill one project together; the next project has room of its own."""
    mine = [await asked(requests, number) for number in range(2)]
    his = [await asked(requests, number, requester=ALAN) for number in range(2, 4)]
    elsewhere = await asked(requests, 9, requester=ALAN, project_id="acme-vision")

    done = [await approve(requests, request, PERSON, PROJECT) for request in (*mine, *his, elsewhere)]

    assert done == [True, True, True, False, True]


async def test_a_key_that_ends_makes_room(requests: Requests) -> None:
    """Held is what is live or being made; a failed or ended one is not."""
    first, second, third = [await asked(requests, number) for number in range(3)]
    assert await approve(requests, first, PERSON)
    assert await approve(requests, second, PERSON)
    assert not await approve(requests, third, PERSON)

    def ended(request: KeyRequest) -> KeyRequest:
        working = granting.activate(granting.take_up(request, NOW))
        return ending.end(ending.start_ending(working, service(TEAM), NOW))

    await requests.edit(TEAM, first.id, ended, Event(at=NOW, by="bot", verb="end"))

    assert await approve(requests, third, PERSON)


async def test_the_sentence_says_what_is_full(requests: Requests) -> None:
    """Whoever is refused reads who holds how many of what."""
    full = replace(PERSON, most=1)
    assert await approve(requests, await asked(requests, 1), full)
    one_more = await asked(requests, 2)

    with pytest.raises(LimitReached, match="Ada Lovelace already holds 1 live keys"):
        await requests.check_room(one_more, (full,))


async def test_an_approval_that_grants_nothing_yet_needs_no_room(requests: Requests) -> None:
    """The first of two approvals is counted though the quota is full; the second one is refused."""
    assert await approve(requests, await asked(requests, 1), replace(PERSON, most=1))
    two = await asked(requests, 2, approvals_needed=2)

    assert await approve(requests, two, replace(PERSON, most=1))
    second = partial(deciding.approve, by=ALAN, at=NOW + HOUR)
    with pytest.raises(LimitReached):
        await requests.edit(TEAM, two.id, second, YES, (replace(PERSON, most=1),))
    assert len((await requests.get(TEAM, two.id)).approvals) == 1


async def by_rule(requests: Requests, number: int, at: datetime, *, once: str = "") -> bool:
    """Send a request that a rule approves; False when its cap is used up."""
    request = deciding.approve_by_rule(replace(pending(), id=f"GK-{number:04d}"), "short keys", at)
    try:
        await requests.add(request, ASKED, (cap(at),), once=once)
    except LimitReached:
        return False
    return True


async def test_a_rules_cap_holds_against_everything_at_once(requests: Requests, redis: Redis) -> None:
    """Ten forms sent at the same moment get what the rule may give, and not one more."""
    done = await asyncio.gather(*(by_rule(requests, number, NOW) for number in range(10)))

    assert sum(done) == 2
    assert await redis.zcard(counting.key(cap(NOW), pending())) == 2
    assert await leaks(redis) == []


async def test_a_cap_looks_back_so_far_and_no_further(requests: Requests) -> None:
    """Thirty days after the first use there is room for one again, whatever became of those keys."""
    assert await by_rule(requests, 1, NOW)
    assert await by_rule(requests, 2, NOW + DAY)
    assert not await by_rule(requests, 3, NOW + 29 * DAY)

    assert await by_rule(requests, 4, NOW + timedelta(days=30, seconds=1))
    assert not await by_rule(requests, 5, NOW + timedelta(days=30, seconds=2))


async def test_the_same_form_twice_is_counted_once(requests: Requests) -> None:
    """A delivery that comes again is answered with the first one's request and uses nothing up."""
    assert await by_rule(requests, 1, NOW, once="V1")
    assert await by_rule(requests, 2, NOW, once="V1")

    assert await by_rule(requests, 3, NOW, once="V2")
    assert not await by_rule(requests, 4, NOW, once="V3")


async def test_a_renewal_by_a_rule_counts_for_its_cap(requests: Requests) -> None:
    """One key that a rule renews is given anew each time; a renewal that people decide counts nothing."""
    by_rule = replace(pending(), id="GK-0001")
    granted = deciding.approve_by_rule(by_rule, "short keys", NOW)
    assert await requests.add(granted, ASKED, (cap(most=2),), once="")

    def renewed(number: int, needed: int) -> Callable[[KeyRequest], KeyRequest]:
        def move(request: KeyRequest) -> KeyRequest:
            live = replace(request, state=State.ACTIVE, live_since=NOW, renewal=None)
            wish = renewal.ask(
                live, ADA, NOW + HOUR, lifetime=60 * DAY, lapses_at=NOW + DAY, approvals_needed=needed
            ).renewal
            return replace(live, renewal=replace(wish, number=number))  # type: ignore[type-var]

        return move

    renew = Event(at=NOW + HOUR, by=ADA.user_id, verb="renew")
    await requests.edit(TEAM, "GK-0001", renewed(1, 1), renew, (cap(most=2),))
    await requests.edit(TEAM, "GK-0001", renewed(2, 0), renew, (cap(most=2),))
    with pytest.raises(LimitReached):
        await requests.edit(TEAM, "GK-0001", renewed(3, 0), renew, (cap(most=2),))
