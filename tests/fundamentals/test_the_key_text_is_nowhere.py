"""The key's text stands in Secret Manager, and in no other place that we or Slack can look into."""

from __future__ import annotations

from tests.support.company import APPROVALS, Company, has_button, shows
from tests.support.redis_server import RedisServer


async def test_the_key_text_is_nowhere(acme: Company, redis_of_session: RedisServer) -> None:
    """After a whole story no byte of Redis, of the logs, of the bot's files or of Slack's traffic is the key."""
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
        "Redis": await everything_in(acme),
        "Redis's file": b"".join(p.read_bytes() for p in redis_of_session.directory.rglob("*.aof")),
        "the log": (acme.directory / "bot.log").read_bytes(),
        "the bot's files": b"".join(p.read_bytes() for p in (acme.directory / "data").rglob("*") if p.is_file()),
        "Slack": acme.traffic().encode(),
    }
    assert request_id.encode() in places["Redis"]
    assert request_id.encode() in places["Redis's file"]
    assert request_id.encode() in places["Slack"]
    assert b"bot.ready" in places["the log"]
    for place, content in places.items():
        for piece in (text, text[8:], text[: len(text) // 2]):
            assert piece.encode() not in content, place


async def everything_in(acme: Company) -> bytes:
    """Read every key and value of Redis, however it is stored."""
    found = []
    async for key in acme.redis.scan_iter():
        match await acme.redis.type(key):
            case "string":
                value = await acme.redis.get(key)
            case "hash":
                value = await acme.redis.hgetall(key)
            case "stream":
                value = await acme.redis.xrange(key)
            case "zset":
                value = await acme.redis.zrange(key, 0, -1)
            case _:
                value = await acme.redis.smembers(key)
        found.append(f"{key}={value}")
    return "\n".join(found).encode(errors="surrogateescape")
