"""Number 7: Home and lists while a workspace has 10,000 live keys, against the same with a hundred.

Measured at the bot's door over HTTP: an event or command in, the ack out. Home is published at Slack before
its ack, so Slack's answer is in the time; it comes at once, for the sandbox takes Homes unread here.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store import keys
from tests.bench import living
from tests.bench import requests as made
from tests.bench.child import child
from tests.bench.rows import Limit, Row
from tests.bench.slack_calls import lines
from tests.bench.stage import bot, redis_beside
from tests.bench.timing import cpu_seconds, median, percentile, spread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.bench.slack_calls import Line

    Ask = Callable[[Line], Awaitable[float]]

MANY, FEW = 10_000, 100
UNDECIDED = 200
ROUNDS, CALLS = 8, 100
LIMIT = Limit(sense="<=", value=50)
ASKED: dict[str, Ask] = {
    "7 Home of a holder of many": lambda line: line.home(made.ADA.user_id),
    "7 Home of an approver": lambda line: line.home(made.GRACE.user_id),
    "7 list of one's own": lambda line: line.command("list", "GK-"),
    "7 list of all live keys": lambda line: line.command("admin keys", "GK-", made.GRACE.user_id),
}


@dataclass(frozen=True, slots=True)
class Door:
    """One bot's."""

    pid: int
    port: int
    secret: str

    async def ask(self, ask: Ask, calls: int) -> tuple[float, float]:
        """Ask one after the other; returns the p99 and the bot's processor time each, in milliseconds."""
        computed = cpu_seconds(self.pid)
        async with lines(self.port, self.secret, 1) as (line,):
            p99 = percentile([await ask(line) * 1000 for _ in range(calls)], 0.99)
        return p99, (cpu_seconds(self.pid) - computed) * 1000 / calls


async def measure(*, quick: bool) -> list[Row]:
    """Ask a bot with many live keys and one with few in turn."""
    many, rounds, calls = (1000, 2, 20) if quick else (MANY, ROUNDS, CALLS)
    async with child("town", "--no-delays", "--no-limits", "--no-looks") as town, AsyncExitStack() as stack:
        few, big = [await _door(stack, town["environment"], number) for number in (FEW, many)]
        for door in (few, big):
            for ask in ASKED.values():
                await door.ask(ask, 5)
        found = [await _rows(number, ask, few, big, rounds, calls) for number, ask in ASKED.items()]
        return [row for pair in found for row in pair]


async def _door(stack: AsyncExitStack, environment: dict[str, str], number: int) -> Door:
    """Start a bot on a Redis of its own with so many live keys; nothing of them is announced."""
    url, redis = await stack.enter_async_context(redis_beside())
    await living.fill(redis, number)
    await made.ask(made.repository(redis), range(10**8, 10**8 + UNDECIDED))
    await redis.delete(keys.announcements(made.TEAM))
    resident = await stack.enter_async_context(bot(environment, url, role="slack"))
    assert resident.process is not None
    return Door(resident.process.pid, resident.port, environment["SLACK_SIGNING_SECRET"])


async def _rows(number: str, ask: Ask, few: Door, big: Door, rounds: int, calls: int) -> list[Row]:
    """Judge the clock; the processor's time stands beside it, which no neighbour and no Slack stretches."""
    pairs = [(await few.ask(ask, calls), await big.ask(ask, calls)) for _ in range(rounds)]
    ours, theirs = [[pair[which] for pair in pairs] for which in (1, 0)]
    return [
        _row(f"{number}, p99", LIMIT, [p99 for p99, _ in ours], [p99 for p99, _ in theirs]),
        _row("  processor time each", None, [cpu for _, cpu in ours], [cpu for _, cpu in theirs]),
    ]


def _row(number: str, limit: Limit | None, ours: list[float], theirs: list[float]) -> Row:
    return Row(
        number=number, unit="ms", measured=median(ours), anchor=median(theirs), judged=median(ours),
        judged_as="ms", limit=limit, spread=spread(ours),
    )  # fmt: skip
