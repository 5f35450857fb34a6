"""Requests in Redis: one atomic move a change, and lists that follow."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import pytest

from bot.domain import audit, calendar, deciding, granting
from bot.domain.audit import Event
from bot.domain.key_request import FINISHED, KeyRequest, State
from bot.domain.person import Person
from bot.errors import Conflict, NotFound, Unavailable
from bot.store import keys
from bot.store.redis import connect
from bot.store.requests import Requests
from tests.support.leaks import leaks
from tests.support.people import ADA, ALAN, GRACE, HOUR, NOW, TEAM, in_state, pending
from tests.support.redis_server import redis_server

if TYPE_CHECKING:
    from redis.asyncio import Redis

MINUTE = timedelta(minutes=1)
ASKED = Event(at=NOW, by=ADA.user_id, verb="request")


def event(verb: str) -> Event:
    return Event(at=NOW + HOUR, by=GRACE.user_id, verb=verb)


@pytest.fixture
def requests(redis: Redis) -> Requests:
    numbers = count()
    return Requests(redis, lambda: str(next(numbers)))


async def told(redis: Redis) -> list[dict[str, object]]:
    """Read the audit, oldest first."""
    return [json.loads(fields["event"]) for _, fields in await redis.xrange(keys.audit(TEAM))]


@pytest.mark.parametrize("state", State)
async def test_what_was_written_is_what_is_read(requests: Requests, state: State) -> None:
    """A record in any state comes back as it went in, to the microsecond."""
    request = in_state(state)

    assert await requests.add(request, ASKED, once="") == request
    assert await requests.get(TEAM, request.id) == request


async def test_an_unknown_request_is_said_so(requests: Requests) -> None:
    """An id that leads nowhere is an error in words, in this workspace and in the next."""
    await requests.add(pending(), ASKED, once="")

    for team_id, request_id in ((TEAM, "GK-2222"), ("T0OTHER", "GK-7F3K")):
        with pytest.raises(NotFound, match="I don't know GK-"):
            await requests.get(team_id, request_id)


async def test_a_taken_id_is_not_overwritten(requests: Requests) -> None:
    """The second request that draws the same id gets none, and the first stays."""
    await requests.add(pending(), ASKED, once="V1")

    assert await requests.add(pending(requester=GRACE), ASKED, once="V2") is None
    assert (await requests.get(TEAM, "GK-7F3K")).requester == ADA
    assert await requests.once(TEAM, "V2") is None


async def test_the_same_delivery_leads_to_the_same_request(requests: Requests, redis: Redis) -> None:
    """A form that arrives twice makes one request, whatever id the second one drew."""
    first = await requests.add(pending(), ASKED, once="V1")
    second = await requests.add(pending(id="GK-2222"), ASKED, once="V1")

    assert first == second
    assert await requests.once(TEAM, "V1") == "GK-7F3K"
    assert len(await told(redis)) == 1


async def test_twenty_at_once_are_one_decision(requests: Requests) -> None:
    """Of twenty simultaneous approvals one decides, and nineteen are told who did."""
    await requests.add(pending(), ASKED, once="")

    async def decide(number: int) -> KeyRequest:
        by = Person(team_id=TEAM, user_id=f"U{number}", name=f"Approver {number}")
        return await requests.edit(
            TEAM,
            "GK-7F3K",
            partial(deciding.approve, by=by, at=NOW),
            Event(at=NOW, by=by.user_id, verb="approve"),
        )

    outcomes = await asyncio.gather(*(decide(n) for n in range(20)), return_exceptions=True)

    decided = [outcome for outcome in outcomes if isinstance(outcome, KeyRequest)]
    late = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert (len(decided), len(late)) == (1, 19)
    winner = decided[0].approved_by
    assert winner is not None
    assert {str(error) for error in late} == {f"{winner.name} has already approved GK-7F3K."}
    assert (await requests.get(TEAM, "GK-7F3K")).approvals == decided[0].approvals


async def test_a_stale_writer_reads_again(requests: Requests) -> None:
    """A change computed from an old record is computed anew from the new one; nothing is lost."""
    await requests.add(in_state(State.PROVISIONING), ASKED, once="")

    async def tick(step: str) -> None:
        await requests.edit(TEAM, "GK-7F3K", partial(granting.tick, step=step), event(step))

    await asyncio.gather(*(tick(f"step-{n}") for n in range(8)))

    assert set((await requests.get(TEAM, "GK-7F3K")).done) == {f"step-{n}" for n in range(8)}


async def test_a_change_of_nothing_writes_nothing(requests: Requests, redis: Redis) -> None:
    """An edit that leaves the record as it is tells nobody."""
    await requests.add(pending(), ASKED, once="")

    await requests.edit(TEAM, "GK-7F3K", lambda r: r, event("nothing"))

    assert [entry["verb"] for entry in await told(redis)] == ["request"]
    assert await requests.read(TEAM, "GK-7F3K") == (pending(), 1)


async def test_an_illegal_change_writes_nothing(requests: Requests, redis: Redis) -> None:
    """A refused move leaves record, audit and announcements as they were."""
    await requests.add(in_state(State.DENIED), ASKED, once="")

    with pytest.raises(Conflict):
        await requests.edit(TEAM, "GK-7F3K", lambda r: deciding.approve(r, ALAN, NOW), event("approve"))

    assert await requests.read(TEAM, "GK-7F3K") == (in_state(State.DENIED), 1)
    assert await redis.xlen(keys.audit(TEAM)) == await redis.xlen(keys.announcements(TEAM)) == 1


async def test_every_move_is_audited_and_announced(requests: Requests, redis: Redis) -> None:
    """Each version has one event, chained to the one before, and one announcement."""
    await requests.add(pending(), ASKED, once="")
    await requests.edit(TEAM, "GK-7F3K", lambda r: deciding.approve(r, GRACE, NOW), event("approve"))
    await requests.edit(TEAM, "GK-7F3K", lambda r: granting.take_up(r, NOW), event("take-up"))

    events = await told(redis)
    assert [(e["verb"], e["state"], e["version"]) for e in events] == [
        ("request", "pending", 1),
        ("approve", "approved", 2),
        ("take-up", "provisioning", 3),
    ]
    announced = [fields["request"] for _, fields in await redis.xrange(keys.announcements(TEAM))]
    assert announced == ["GK-7F3K"] * 3


async def test_the_audit_is_a_chain(requests: Requests, redis: Redis) -> None:
    """Each link covers the event and the link before it, so that no event can be changed or dropped alone."""
    for number in range(5):
        await requests.add(pending(id=f"GK-222{number + 2}"), ASKED, once="")

    before = ""
    for number, (_, entry) in enumerate(await redis.xrange(keys.audit(TEAM)), start=1):
        assert int(entry["n"]) == number
        assert entry["digest"] == audit.digest(entry["event"])
        assert entry["link"] == audit.link(before, entry["digest"])
        before = entry["link"]
    assert await redis.hgetall(keys.audit_head(TEAM)) == {"n": "5", "link": before}


async def test_a_lost_answer_that_is_sent_again_is_the_same_move(redis: Redis) -> None:
    """A client that repeats a move whose answer it never got is told yes, and nothing happens twice."""
    requests = Requests(redis, lambda: "the same nonce")
    move = (pending(), 0, ASKED)

    assert await requests._write(*move) == ("ok", 1)
    assert await requests._write(*move) == ("ok", 1)

    assert await requests.read(TEAM, "GK-7F3K") == (pending(), 1)
    assert await redis.xlen(keys.audit(TEAM)) == 1


async def test_another_move_of_the_same_content_is_not_taken_for_it(requests: Requests) -> None:
    """Two people who do the same thing at the same time are two moves: the second is stale."""
    assert await requests._write(pending(), 0, ASKED) == ("ok", 1)
    assert await requests._write(pending(), 0, ASKED) == ("stale", 1)


async def test_the_scripts_come_back_by_themselves(requests: Requests, redis: Redis) -> None:
    """A server that forgot its scripts, as after a fail-over, is sent them again."""
    await requests.add(pending(), ASKED, once="")
    await redis.script_flush()

    await requests.edit(TEAM, "GK-7F3K", lambda r: deciding.approve(r, GRACE, NOW), event("approve"))

    assert (await requests.get(TEAM, "GK-7F3K")).state is State.APPROVED


@pytest.mark.parametrize("state", State)
async def test_each_index_holds_what_it_should(requests: Requests, redis: Redis, state: State) -> None:
    """A record stands in the lists that its state belongs to, scored by its times, and in no other."""
    await requests.add(pending(), ASKED, once="")
    request = in_state(state)
    if state is not State.PENDING:
        await requests.edit(TEAM, request.id, lambda _: request, event("jump"))

    due, made, ends = calendar.due_at(request), request.requested_at.timestamp(), request.expires_at
    expected = {
        keys.due(TEAM): due.timestamp() if due else None,
        keys.pending(TEAM): made if state is State.PENDING else None,
        keys.live(TEAM): ends.timestamp() if ends and state is State.ACTIVE else None,
        keys.mine(TEAM, ADA.user_id): made,
    }
    assert {key: await redis.zscore(key, request.id) for key in expected} == expected


@pytest.mark.parametrize("state", State)
async def test_only_what_is_finished_ends(requests: Requests, redis: Redis, state: State) -> None:
    """A finished record leaves after the retention; every other one stays for as long as it takes."""
    await requests.add(pending(), ASKED, once="")
    if state is not State.PENDING:
        await requests.edit(TEAM, "GK-7F3K", lambda _: in_state(state), event("jump"))

    left = await redis.ttl(keys.request(TEAM, "GK-7F3K"))

    assert (0 < left <= keys.RETENTION.total_seconds()) if state in FINISHED else left == -1
    assert await leaks(redis) == []


async def test_what_comes_back_to_life_stays(requests: Requests, redis: Redis) -> None:
    """A record that is written unfinished after it was finished loses its end."""
    await requests.add(in_state(State.REVOKED), ASKED, once="")
    await requests.edit(TEAM, "GK-7F3K", lambda _: in_state(State.ACTIVE), event("back"))

    assert await redis.ttl(keys.request(TEAM, "GK-7F3K")) == -1


async def test_lists_page_and_forget_what_is_gone(requests: Requests, redis: Redis) -> None:
    """Mine comes newest first, pending oldest first; a record that retention took leaves the list."""
    for number in range(5):
        await requests.add(
            pending(id=f"GK-222{number + 2}", requested_at=NOW + number * HOUR), ASKED, once=""
        )
    await redis.delete(keys.request(TEAM, "GK-2224"))

    mine = await requests.mine(TEAM, ADA.user_id, limit=2)
    assert [r.id for r in mine] == ["GK-2226", "GK-2225"]
    assert [r.id for r in await requests.mine(TEAM, ADA.user_id)] == [
        "GK-2226",
        "GK-2225",
        "GK-2223",
        "GK-2222",
    ]
    assert await redis.zcard(keys.mine(TEAM, ADA.user_id)) == 4
    assert [r.id for r in await requests.pending(TEAM, limit=2, offset=0)] == ["GK-2222", "GK-2223"]
    assert await requests.mine(TEAM, GRACE.user_id) == []


async def test_due_is_what_time_has_come(requests: Requests) -> None:
    """Only requests whose time is over are due, the longest overdue first."""
    for number in range(3):
        await requests.add(pending(id=f"GK-222{number + 2}", lapses_at=NOW + number * MINUTE), ASKED, once="")

    assert await requests.due(TEAM, NOW + MINUTE) == ["GK-2222", "GK-2223"]
    assert await requests.due(TEAM, NOW - HOUR) == []
    assert await requests.due(TEAM, NOW + 9 * HOUR, limit=1) == ["GK-2222"]


async def test_workspaces_do_not_meet(requests: Requests) -> None:
    """The same id in two workspaces is two requests."""
    other = pending(requester=Person(team_id="T0OTHER", user_id="U0ADA", email="x@acme.test"))
    await requests.add(pending(), ASKED, once="")
    await requests.add(other, ASKED, once="")

    await requests.edit(TEAM, "GK-7F3K", lambda r: deciding.deny(r, GRACE, NOW, "no"), event("deny"))

    assert (await requests.get("T0OTHER", "GK-7F3K")) == other
    assert await requests.workspaces() == {TEAM, "T0OTHER"}


async def test_an_outage_is_an_error_in_words_and_what_was_said_yes_to_survives() -> None:
    """While Redis is gone every verb says so; after its restart the acknowledged record is there."""
    with redis_server() as server:
        client = connect(server.url)
        requests = Requests(client, lambda: "n")
        await requests.add(pending(), ASKED, once="")
        server.kill()

        for attempt in (requests.get(TEAM, "GK-7F3K"), requests.pending(TEAM), requests.due(TEAM, NOW)):
            with pytest.raises(Unavailable, match="I couldn't reach my memory"):
                await attempt

        server.start()
        assert await requests.get(TEAM, "GK-7F3K") == pending()
        await client.aclose()
