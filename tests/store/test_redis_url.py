"""The address of Redis: every form is read, a wrong one is refused without showing the password in it."""

from __future__ import annotations

import pytest

from bot.errors import Misconfigured
from bot.store.redis import connect

PASSWORD = "S3cret#Part"  # a reserved character that people forget to encode


@pytest.mark.parametrize("url", [f"redis://:{PASSWORD}more@redis:6379/0", "localhost:6379", "http://redis"])
async def test_a_wrong_url_is_one_sentence_without_its_password(url: str) -> None:
    """The sentence says what it should look like; neither it nor what stands behind it shows the password."""
    with pytest.raises(Misconfigured) as refusal:
        connect(url)

    assert "REDIS_URL" in str(refusal.value)
    assert "S3cret" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


async def test_a_sentinel_url_is_read_whole() -> None:
    """Several hosts, a default port, and an encoded password."""
    client = connect("redis+sentinel://bot:a%23b@one:26380,two/main/2")

    pool = client.connection_pool  # type: ignore[union-attr]
    assert pool.connection_kwargs["password"] == "a#b"
    assert pool.connection_kwargs["db"] == 2
    sentinels = [s.connection_pool.connection_kwargs for s in pool.sentinel_manager.sentinels]
    assert [(kwargs["host"], kwargs["port"]) for kwargs in sentinels] == [("one", 26380), ("two", 26379)]
