"""Where requests are shown, and one renderer at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain import deciding
from bot.domain.audit import Event
from bot.store import keys
from bot.store.messages import Messages, Place
from bot.store.requests import Requests
from tests.support.leaks import leaks
from tests.support.people import ADA, GRACE, NOW, TEAM, pending

if TYPE_CHECKING:
    from redis.asyncio import Redis

REQUEST = (TEAM, "GK-7F3K")
ASKED = Event(at=NOW, by=ADA.user_id, verb="request")


@pytest.fixture
def messages(redis: Redis) -> Messages:
    return Messages(redis)


async def test_a_place_is_remembered_until_it_is_forgotten(messages: Messages, redis: Redis) -> None:
    """Each surface has one place, the last one, and does not stay for ever."""
    card, moved, direct = Place("C0", "1.1", "a"), Place("C0", "2.2", "b"), Place("D0", "1.1", "c")
    await messages.put(*REQUEST, "card", card)
    await messages.put(*REQUEST, "dm", direct)
    await messages.put(*REQUEST, "card", moved)

    assert await messages.places(*REQUEST) == {"card": moved, "dm": direct}
    await messages.forget(*REQUEST, "dm")
    assert await messages.places(*REQUEST) == {"card": moved}
    assert await messages.places(TEAM, "GK-2222") == {}
    assert await leaks(redis) == []


async def test_one_renders_at_a_time(messages: Messages, redis: Redis) -> None:
    """While one holds the lease nobody else gets it, and it ends by itself."""
    assert await messages.lease(*REQUEST, "one")
    assert not await messages.lease(*REQUEST, "other")
    assert await messages.lease(TEAM, "GK-2222", "other")
    assert await leaks(redis) == []


async def test_a_lease_is_let_go_only_when_the_newest_was_shown(messages: Messages, redis: Redis) -> None:
    """A record that moved on while it was rendered keeps its renderer at work."""
    requests = Requests(redis, lambda: "n")
    await requests.add(pending(), ASKED, once="")
    await messages.lease(*REQUEST, "one")
    await requests.edit(*REQUEST, lambda r: deciding.deny(r, GRACE, NOW, "no"), ASKED)

    assert not await messages.release(*REQUEST, "one", version=1)
    assert not await messages.lease(*REQUEST, "other")
    assert await messages.release(*REQUEST, "one", version=2)
    assert await messages.lease(*REQUEST, "other")


async def test_nobody_lets_another_ones_lease_go(messages: Messages, redis: Redis) -> None:
    """A renderer whose lease has ended stops, and leaves the new holder's alone."""
    await Requests(redis, lambda: "n").add(pending(), ASKED, once="")
    await messages.lease(*REQUEST, "new holder")

    assert await messages.release(*REQUEST, "old holder", version=1)
    assert not await messages.lease(*REQUEST, "third")


async def test_a_lease_can_be_held_for_longer(messages: Messages, redis: Redis) -> None:
    """A slow Slack does not cost the lease, and one that ended is not revived."""
    await messages.lease(*REQUEST, "one")
    await redis.expire(keys.rendering(*REQUEST), 2)

    assert await messages.keep(*REQUEST, "one")
    assert not await messages.keep(*REQUEST, "other")
    assert not await messages.keep(TEAM, "GK-2222", "one")

    assert await redis.ttl(keys.rendering(*REQUEST)) > 5
    assert await redis.ttl(keys.rendering(TEAM, "GK-2222")) == -2
