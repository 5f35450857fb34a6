"""Pages of lists: complete, in order, and steady while the lists change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from bot.domain import deciding, key_request
from bot.domain.audit import Event
from bot.domain.key_request import KeyRequest, State
from bot.domain.listing import Kind, Listing, button_value, read
from bot.store import keys
from bot.store.audit import Audit
from bot.store.requests import Requests
from tests.support.people import ADA, GRACE, HOUR, NOW, TEAM, active, in_state, pending

if TYPE_CHECKING:
    from redis.asyncio import Redis

MINE, HELD = Listing(Kind.MINE, ADA.user_id), Listing(Kind.HELD, ADA.user_id)
EVENT = Event(at=NOW, by=ADA.user_id, verb="request")


@pytest.fixture
def requests(redis: Redis) -> Requests:
    numbers = count()
    return Requests(redis, lambda: str(next(numbers)))


async def add(requests: Requests, request: KeyRequest, *numbers: int, apart: timedelta) -> None:
    """Store copies made and ending `apart` from each other."""
    for number in numbers:
        later = number * apart
        ends = request.expires_at + later if request.expires_at else None
        made = request.requested_at + later
        copy = replace(request, id=f"GK-{number + 2222}", requested_at=made, expires_at=ends)
        await requests.add(copy, EVENT, once="")


async def walk(requests: Requests, listing: Listing, limit: int = 4) -> list[str]:
    """Read a list page by page to its end."""
    found, cursor = [], ""
    while True:
        page = await requests.page(TEAM, listing, cursor, limit)
        found += [request.id for request in page.requests]
        cursor = page.cursor
        if not cursor:
            return found


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(seconds=1)])
@pytest.mark.parametrize("listing", [MINE, HELD, Listing(Kind.LIVE), Listing(Kind.PROJECT, "acme-ml-dev")])
async def test_pages_show_each_request_once(requests: Requests, listing: Listing, apart: timedelta) -> None:
    """Page by page, every request comes once and in order, also those made in the same moment."""
    await add(requests, active(), *range(11), apart=apart)

    found = await walk(requests, listing)

    ascending = listing.kind in {Kind.HELD, Kind.LIVE}
    assert found == sorted(found, reverse=not ascending)
    assert len(set(found)) == len(found) == 11
    assert (await requests.page(TEAM, listing)).total == 11


async def test_what_was_seen_last_may_leave(requests: Requests) -> None:
    """A cursor holds its place when its request is decided; nothing is repeated and nothing left out."""
    undecided = Listing(Kind.PENDING)
    await add(requests, pending(), *range(8), apart=timedelta(seconds=1))
    first = await requests.page(TEAM, undecided, limit=3)
    assert [request.id for request in first.requests] == ["GK-2222", "GK-2223", "GK-2224"]

    decided = Event(at=NOW, by=GRACE.user_id, verb="approve")
    await requests.edit(TEAM, "GK-2224", lambda r: deciding.approve(r, GRACE, NOW + HOUR), decided)
    await add(requests, pending(), 9, apart=timedelta(seconds=1))

    second = await requests.page(TEAM, undecided, first.cursor, 3)
    assert [request.id for request in second.requests] == ["GK-2225", "GK-2226", "GK-2227"]


async def test_what_retention_took_leaves_no_gap(requests: Requests, redis: Redis) -> None:
    """A page whose records are all gone is skipped, and the list forgets them."""
    await add(requests, pending(), *range(6), apart=timedelta(seconds=1))
    for number in (2, 3, 4, 5):
        await redis.delete(keys.request(TEAM, f"GK-{number + 2222}"))

    page = await requests.page(TEAM, MINE, limit=3)

    assert [request.id for request in page.requests] == ["GK-2223", "GK-2222"]
    assert await redis.zcard(keys.mine(TEAM, ADA.user_id)) == 2


@pytest.mark.parametrize("state", State)
async def test_a_request_stands_in_the_lists_of_its_state(requests: Requests, state: State) -> None:
    """Granted ones are held, unfinished ones are open in their project, all are their person's."""
    request = in_state(state)
    await requests.add(request, EVENT, once="")

    assert await walk(requests, MINE) == [request.id]
    assert await walk(requests, HELD) == ([request.id] if state in key_request.HELD else [])
    open_ = await walk(requests, Listing(Kind.PROJECT, request.project_id))
    assert open_ == ([] if request.finished else [request.id])


async def test_a_change_of_hands_changes_the_lists(requests: Requests) -> None:
    """A request that gets another owner leaves the lists of the first."""
    request = active()
    await requests.add(request, EVENT, once="")

    await requests.edit(TEAM, request.id, lambda r: replace(r, requester=GRACE), EVENT)

    assert await walk(requests, MINE) == await walk(requests, HELD) == []
    assert await walk(requests, Listing(Kind.HELD, GRACE.user_id)) == [request.id]


async def test_the_story_leaves_the_work_out(requests: Requests, redis: Redis) -> None:
    """People are told who did what; the steps of the work stay in the audit."""
    request = pending()
    await requests.add(request, EVENT, once="")
    for verb, by in (
        ("approve", GRACE.user_id),
        ("take-up", "bot"),
        ("check-billing", "bot"),
        ("end", "bot"),
    ):
        event = Event(at=NOW + HOUR, by=by, verb=verb, details={"reason": "because"})
        await requests.edit(TEAM, request.id, lambda r: replace(r, failed_runs=r.failed_runs + 1), event)

    story = await Audit(redis).story(TEAM, request.id)

    assert [(event.by, event.verb) for event in story] == [
        (ADA.user_id, "request"),
        (GRACE.user_id, "approve"),
        ("bot", "end"),
    ]
    assert story[1].details == {"reason": "because"}
    assert story[1].at == NOW + HOUR


async def test_a_long_story_keeps_its_end(requests: Requests, redis: Redis) -> None:
    """The last twenty steps are shown, and what was trimmed from the audit is left out."""
    await requests.add(pending(), EVENT, once="")
    for number in range(60):
        event = Event(at=NOW + timedelta(minutes=number), by=GRACE.user_id, verb="look")
        await requests.edit(TEAM, "GK-7F3K", lambda r: replace(r, failed_runs=r.failed_runs + 1), event)
    await redis.xtrim(keys.audit(TEAM), maxlen=5, approximate=False)

    story = await Audit(redis).story(TEAM, "GK-7F3K")

    assert [event.at for event in story] == [NOW + timedelta(minutes=n) for n in range(55, 60)]


def test_a_button_carries_list_and_place() -> None:
    """What a button's value says is read back; anything else is nothing."""
    assert read(button_value(HELD, "1.5:GK-7F3K")) == (HELD, "1.5:GK-7F3K")
    assert read("GK-7F3K") is None
    assert read("everything||") is None
