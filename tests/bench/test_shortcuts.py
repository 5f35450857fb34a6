"""What was made faster decides as before: records written again unread, finished ones compact."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.domain import deciding
from bot.domain.audit import Event
from bot.domain.key_request import State
from bot.errors import Conflict
from bot.store import keys
from bot.store.messages import Messages, Place
from tests.bench import finished
from tests.bench import requests as made

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from bot.domain.key_request import KeyRequest
    from bot.store.requests import Requests


async def test_a_remembered_record_that_others_changed_is_read_again(redis: Redis) -> None:
    """A move thought out on what this process wrote last is refused when another process has decided."""
    here, there = made.repository(redis), made.repository(redis)
    request = await _purpose(here, await _asked(here), "first")
    await _deny(there, request)

    with pytest.raises(Conflict, match="denied"):
        await made.approve(here, request)

    assert (await here.get(made.TEAM, request.id)).state is State.DENIED


async def test_a_refusal_on_a_remembered_record_proves_nothing(redis: Redis) -> None:
    """What was failed when this process saw it last may have been taken up again elsewhere."""
    here, there = made.repository(redis), made.repository(redis)
    request = await _purpose(here, await _asked(here), "old")
    await _purpose(there, request, "new")

    changed = await here.edit(made.TEAM, request.id, _only_after_new, _event("change"))

    assert changed.purpose == "newest"


async def test_a_record_is_written_again_unread(redis: Redis) -> None:
    """The second change in a row by one process asks Redis for nothing before it writes."""
    repository = made.repository(redis)
    request = await _purpose(repository, await _asked(repository), "first")
    before = await _reads(redis)

    await _purpose(repository, request, "second")

    # The script itself reads once, whatever was read before it.
    assert await _reads(redis) - before == 2
    assert (await repository.get(made.TEAM, request.id)).purpose == "second"


async def test_a_finished_record_is_compact(redis: Redis) -> None:
    """Who decided and which key it was stays; steps, other people's addresses and a second ending go."""
    returned = await finished.live(redis, 0)

    kept = await made.repository(redis).get(made.TEAM, returned.id)
    assert kept == returned
    assert (kept.state, kept.done, kept.ending, kept.operation) == (State.EXPIRED, (), None, "")
    assert [(a.by.name, a.by.email) for a in kept.approvals] == [("Grace Hopper", "")]
    assert kept.requester == finished.person(0)
    assert kept.key_uid


@pytest.mark.parametrize("over", [False, True])
async def test_places_fade_only_when_nothing_will_change_any_more(redis: Redis, *, over: bool) -> None:
    """Letting the lease go shortens the memory of where a finished request is shown, and no other's."""
    repository, messages = made.repository(redis), Messages(redis)
    request = await _asked(repository)
    await messages.put(made.TEAM, request.id, "card", Place("C0APPROVALS", "1.000100", "0123456789abcdef"))
    if over:
        await _deny(repository, request)
    assert await messages.lease(made.TEAM, request.id, "mine")
    _, version = await repository.read(made.TEAM, request.id)

    assert await messages.release(made.TEAM, request.id, "mine", version)

    left = await redis.ttl(keys.messages(made.TEAM, request.id))
    assert (left <= keys.FADING.total_seconds()) is over
    assert (await messages.places(made.TEAM, request.id))["card"].digest == "0123456789abcdef"


def _only_after_new(request: KeyRequest) -> KeyRequest:
    if request.purpose != "new":
        raise Conflict("Not yet.")
    return replace(request, purpose="newest")


async def _asked(repository: Requests) -> KeyRequest:
    (request,) = await made.ask(repository, range(1))
    return request


async def _purpose(repository: Requests, request: KeyRequest, purpose: str) -> KeyRequest:
    return await repository.edit(
        made.TEAM, request.id, lambda r: replace(r, purpose=purpose), _event("change")
    )


async def _deny(repository: Requests, request: KeyRequest) -> None:
    change = partial(deciding.deny, by=made.GRACE, at=made.now(), reason="no")
    await repository.edit(made.TEAM, request.id, change, _event("deny"))


async def _reads(redis: Redis) -> int:
    found = await redis.info("commandstats")
    return int(found["cmdstat_hmget"]["calls"])


def _event(verb: str) -> Event:
    return Event(at=made.now(), by=made.GRACE.user_id, verb=verb)
