"""The measurements run, small; nothing here judges how fast anything is."""

from __future__ import annotations

import cProfile
import json
import pstats
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from bot.domain.listing import Kind, Listing
from bot.store import keys
from tests.bench import finished, living, page, profile, why
from tests.bench import requests as made
from tests.bench.rows import Limit, Row, table, write
from tests.bench.stage import redis_beside
from tests.bench.timing import percentile

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.key_request import KeyRequest
    from bot.store.redis import Client


async def test_a_row_says_whether_its_promise_was_kept(tmp_path: Path) -> None:
    """Table and JSON judge a value by its limit, and a row without one not at all."""
    limit = Limit(sense="<=", value=1)
    rows = [_row("kept", 1, limit), _row("broken", 2, limit), _row("beside", 2, None)]

    write(rows, tmp_path / "rows.json")

    assert [row["held"] for row in json.loads((tmp_path / "rows.json").read_text())] == [True, False, None]
    assert [line.split()[-1] for line in table(rows).splitlines()[1:3]] == ["yes", "NO"]


def test_the_page_shows_the_figures_of_the_last_run() -> None:
    """docs/performance.md has the table that its JSON makes: `python -m tests.bench --markdown`."""
    text = page.PAGE.read_text(encoding="utf-8")

    assert text == page.renewed(text, page.read())
    assert page.renewed(text, [_row("other", 1, None)]) != text


def test_a_row_survives_the_json(tmp_path: Path) -> None:
    """What the page reads is what the run has measured, limits and notes too."""
    rows = [_row("kept", 1, Limit(sense="<=", value=1)), _row("beside", 2, None)]

    write(rows, tmp_path / "rows.json")

    assert page.read(tmp_path / "rows.json") == rows


async def test_ten_thousand_keys_look_as_lived(tmp_path: Path) -> None:
    """A live key that is written without living is on its holder's lists, and counts as live."""
    async with redis_beside() as (_, redis):
        await living.fill(redis, 40)

        held = await made.repository(redis).page(made.TEAM, Listing(Kind.HELD, made.ADA.user_id))

        assert (len(held.requests), await redis.zcard(keys.live(made.TEAM))) == (4, 40)
        assert all(request.live for request in held.requests)


def test_a_profile_names_packages_and_functions() -> None:
    """Time is told by whose code it was spent in, ours by its folder."""
    profiler = cProfile.Profile()
    profiler.runcall(page.markdown, [_row("kept", 1, None)] * 50)

    told = profile.table(pstats.Stats(profiler), 1)

    assert "built in" in told
    assert "by function" in told


def test_a_percentile_is_one_of_the_values() -> None:
    """Ninety-nine of a hundred values are below the p99's, and one value is every percentile."""
    assert percentile(list(range(100)), 0.99) == 99
    assert percentile([7.0], 0.5) == 7.0


async def test_every_collected_text_is_measured() -> None:
    """`why-403` is measured on each text of the collection."""
    rows = await why.measure(quick=True)

    assert f"{len(why.texts())} texts" in rows[0].note
    assert rows[-1].number == "3 why-403 live"
    assert all(row.measured > 0 for row in rows)


async def test_a_copy_is_what_the_repository_would_have_left() -> None:
    """Number 7, copied from number 0, has the bytes that living leaves, but for times and the last move."""
    async with redis_beside() as (url, redis):
        lived, other = await finished.live(redis, 0), await finished.live(redis, 7)
        alike, places = await _record(redis, other), await redis.hgetall(_places(other))
        await redis.delete(keys.request(made.TEAM, other.id), _places(other), _mine(other))

        path = unquote(url.removeprefix("unix://"))
        for copies in (await finished.Copies.of(redis, 0), await finished.Copies.of_places(redis, 0)):
            await finished.load(path, copies, range(7, 8))

        assert await _record(redis, other) == alike
        assert await redis.hgetall(_places(other)) == places
        assert await redis.zscore(_mine(other), other.id) == lived.requested_at.timestamp()
        assert await redis.ttl(keys.request(made.TEAM, other.id)) > 0


def _row(number: str, value: float, limit: Limit | None) -> Row:
    return Row(
        number=number, unit="ms", measured=value, anchor=None, judged=value, judged_as="ms", limit=limit,
        spread=(value, value),
    )  # fmt: skip


async def _record(redis: Client, request: KeyRequest) -> dict[str, Any]:
    fields = await redis.hgetall(keys.request(made.TEAM, request.id))
    record: dict[str, Any] = json.loads(fields["json"])
    times = ("requested_at", "expires_at")
    for holder, name in [(record, name) for name in times] + [(record["closed"], "at")]:
        holder[name] = len(holder[name])
    record["approvals"][0]["at"] = len(record["approvals"][0]["at"])
    return record | {"v": fields["v"], "move": len(fields["move"])}


def _places(request: KeyRequest) -> str:
    return keys.messages(made.TEAM, request.id)


def _mine(request: KeyRequest) -> str:
    return keys.mine(made.TEAM, request.requester.user_id)
