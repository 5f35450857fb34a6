"""How usage looks in Slack: true, within limits, and whole without its picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import sandbox
from bot.domain.lookup import Lookup, UsageOf
from bot.domain.usage import SPANS, HourlyCalls, KeyUsage, window
from bot.errors import Refused
from bot.languages.words import Words
from handlers.surfaces import usage_answer, usage_chart
from handlers.usage import read
from sandbox.slack.blocks.surfaces import message_problems
from sandbox.slack.options import Options
from tests.support.people import ADA, DAY, NOW
from tests.support.slack_side import SlackSide

W = Words()
POLICY = Path(sandbox.__file__).parent / "policy.toml"


def asked(days: int = 7, usage: KeyUsage | None = None, **more: Any) -> Lookup:
    about = UsageOf(request_id="GK-7F3K", project_id="acme-ml-dev", key_uid="u", days=days)
    return Lookup(id="look-1", asker=ADA, asked_at=NOW, about=about, usage=usage, **more)


def usage(days: int, per_day: int, statuses: tuple[str, ...] = ("200",)) -> KeyUsage:
    since, until = window(days, NOW)
    calls = (
        HourlyCalls(hour=since + n * DAY, status=status, count=per_day)
        for n in range(days)
        for status in statuses
    )
    return KeyUsage(since=since, until=until, calls=tuple(calls))


@pytest.mark.parametrize("days", SPANS)
def test_the_busiest_month_fits_a_message(days: int) -> None:
    """Twelve statuses with millions of calls every day stay within Slack's limits."""
    statuses = tuple(str(code) for code in range(200, 512, 26))

    text, blocks = usage_answer.message(W, asked(days, usage(days, 9_999_999, statuses)))

    assert message_problems(blocks) == []
    assert len(text) < 3_000


@pytest.mark.parametrize(
    ("bad", "good", "said"), [(1, 999, "<1"), (999, 1, ">99"), (0, 5, "0"), (5, 0, "100")]
)
def test_a_few_failures_are_never_said_to_be_none(bad: int, good: int, said: str) -> None:
    """Rounding neither hides an error nor a success."""
    since, until = window(7, NOW)
    calls = [HourlyCalls(hour=since, status=s, count=n) for s, n in (("500", bad), ("200", good)) if n]

    assert usage_answer.percent(KeyUsage(since=since, until=until, calls=tuple(calls))) == said


def test_what_google_refused_is_said_and_is_no_zero() -> None:
    """A fact that could not be read is not "never called"."""
    text, _ = usage_answer.message(W, asked(unread="PERMISSION_DENIED"))

    assert "PERMISSION_DENIED" in text
    assert "not called" not in text


@pytest.mark.parametrize("most", [0, 1, 4, 5, 6, 11, 26, 99, 100, 101, 12_345, 10**9])
def test_the_highest_bar_fits_under_at_most_five_lines(most: int) -> None:
    """A line stands for 1, 2 or 5 with zeros, and no line is superfluous."""
    scale = usage_chart.scale_for(most)

    assert str(scale.step).strip("0") in {"1", "2", "5"}
    assert scale.lines <= usage_chart.MOST_LINES
    assert scale.step * (scale.lines - 1) < max(most, 1) <= scale.step * scale.lines
    assert scale.height(most) >= usage_chart.TOP


def test_each_kind_of_outcome_shows_in_its_colour() -> None:
    """One call among many thousands is still a line in the picture; a status that is not there is not."""
    since, until = window(7, NOW)
    calls = [HourlyCalls(hour=since, status=s, count=n) for s, n in (("200", 50_000), ("429", 1))]
    drawn = usage_chart.picture(KeyUsage(since=since, until=until, calls=tuple(calls)), "GK-7F3K")

    below_legend = drawn.crop((0, usage_chart.TOP - 20, *usage_chart.SIZE))
    colours = {colour for _, colour in below_legend.getcolors(100_000)}
    rgb = {status: tuple(bytes.fromhex(usage_chart.colour(status)[1:])) for status in ("200", "429", "500")}
    assert {rgb["200"], rgb["429"]} <= colours
    assert rgb["500"] not in colours


@pytest.mark.parametrize("said", ["", "GK-7F3K 8", "7", "GK-7F3K 30 days"])
def test_a_span_that_is_not_offered_is_refused(said: str) -> None:
    """7 and 30 days are what Google's metrics and the buttons know."""
    with pytest.raises(Refused):
        read(said)
    assert read("gk-7f3k 30d") == ("GK-7F3K", 30)


async def test_without_the_right_to_upload_the_words_still_come(redis_url: str) -> None:
    """An installation older than the scope files:write shows the answer without its picture."""
    scopes = tuple(scope for scope in Options().scopes if scope != "files:write")
    async with SlackSide(redis_url, POLICY, Options(scopes=scopes)) as side:
        lookup = replace(asked(usage=usage(7, 3)), place={})

        await side.service.lookups.put_answered(lookup)

        message = await side.message(side.direct("U0ADA"), lambda m: "21 calls" in m.text)
        assert message.files == []
