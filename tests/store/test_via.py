"""What asked in a person's name is two fields to the code, and one name in the record, as it ever was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.domain.audit import Event
from bot.domain.via import Via
from bot.store import keys
from bot.store.requests import Requests
from tests.support.people import ADA, NOW, TEAM, pending

if TYPE_CHECKING:
    from redis.asyncio import Redis

NAMES = [(Via(token="portal"), "api:portal"), (Via(execution="Fx0123"), "workflow:Fx0123"), (None, None)]


@pytest.mark.parametrize(("via", "name"), NAMES)
async def test_versions_side_by_side_read_each_others_records(
    redis: Redis, via: Via | None, name: str | None
) -> None:
    """A record that an older version wrote means the same, and what is written is what it reads."""
    requests = Requests(redis, lambda: "a nonce")
    asked = pending(via=via)
    await requests.add(asked, Event(at=NOW, by=ADA.user_id, verb="request"), once="")
    key = keys.request(TEAM, asked.id)
    record = json.loads(await redis.hget(key, "json") or "")

    assert record.pop("via", None) == name
    await redis.hset(key, "json", json.dumps(record if name is None else {**record, "via": name}))
    assert await requests.get(TEAM, asked.id) == asked
