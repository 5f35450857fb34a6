"""The key's text stands in Secret Manager, and in no other place that we or Slack can look into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis.asyncio import Redis

from tests.support.company import APPROVALS, Company, has_button, shows

if TYPE_CHECKING:
    from tests.support.redis_server import RedisServer


async def test_the_key_text_is_nowhere(acme: Company, redis_of_session: RedisServer) -> None:
    """After a whole story no byte of Redis, the log, the bot's files or Slack's traffic is the key."""
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
    request_id = await acme.ask(ada)
    await grace.press("approve_request", await grace.message(APPROVALS, shows(request_id), "the card"))
    channel = await ada.direct_channel()
    ready = await ada.message(channel, lambda m: has_button(m, "open_secret"), "the link to the key")
    await ada.press("how_to_use", ready)
    await ada.until(lambda: ada.view, "how to use it")

    (key,) = acme.live_keys()
    text = key.key_string
    secret = acme.secret(request_id)
    assert secret is not None
    assert acme.stored_text(secret) == text

    places = {
        "Redis": await everything_in(redis_of_session.url),
        "Redis's file": b"".join(p.read_bytes() for p in redis_of_session.directory.rglob("*.aof")),
        "the log": (acme.directory / "bot.log").read_bytes(),
        "the bot's files": b"".join(
            p.read_bytes() for p in (acme.directory / "data").rglob("*") if p.is_file()
        ),
        "Slack": acme.traffic().encode(),
    }
    assert request_id.encode() in places["Redis"]
    assert request_id.encode() in places["Redis's file"]
    assert request_id.encode() in places["Slack"]
    assert b"bot.ready" in places["the log"]
    for place, content in places.items():
        for piece in (text, text[8:], text[: len(text) // 2]):
            assert piece.encode() not in content, place


async def everything_in(url: str) -> bytes:
    """Read every key and value of Redis as bytes, the job engine's too."""
    client: Redis = Redis.from_url(url)
    read = {b"string": client.get, b"hash": client.hgetall, b"set": client.smembers, b"stream": client.xrange}
    found = []
    async for key in client.scan_iter():
        kind = await client.type(key)
        value = await (client.zrange(key, 0, -1) if kind == b"zset" else read[kind](key))
        found.append(key + repr(value).encode())
    await client.aclose()
    return b"\n".join(found)
