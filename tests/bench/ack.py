"""Number 1: how long Slack waits for an ack, against a bare Bolt app that acks and does nothing else.

The measured command is `/gemini-key withdraw`: guard, replay set, read, one durable move, answer. The bot is
the real one, role `all`, with its announcer at work on the same loop.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bot.store import keys
from tests.bench import requests as made
from tests.bench.child import child
from tests.bench.rows import Limit, Row
from tests.bench.slack_calls import lines
from tests.bench.stage import bot, redis_beside
from tests.bench.timing import cpu_seconds, median, percentile, spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.store.redis import Client
    from tests.bench.slack_calls import Line

AT_ONCE = 10
PROVISIONINGS = 20
# Between two acks while keys are made: people press buttons, they do not flood.
PAUSE = 0.005


@dataclass(frozen=True, slots=True)
class Size:
    """How much to measure: pairs of blocks, acks in each, rounds of provisionings."""

    blocks: int
    acks: int
    rounds: int

    @property
    def requests(self) -> int:
        """How many requests there must be to withdraw."""
        return (self.blocks * 3 + 1) * (self.acks + AT_ONCE) + self.rounds * 2000


FULL, QUICK = Size(10, 300, 4), Size(2, 60, 1)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of acks: milliseconds each, acks a second, and the server's processor milliseconds per ack."""

    ms: list[float]
    rate: float
    cpu: float

    @property
    def p50(self) -> float:
        """The middle ack."""
        return median(self.ms)


class Said:
    """What to type, and what the ack must hold."""

    def __init__(self, pid: int, port: int, waiting: Iterator[str] | None = None, text: str = "help") -> None:
        self.pid, self.port, self._waiting, self._text = pid, port, waiting, text

    def next(self) -> tuple[str, str]:
        """Give the next command; each withdraws another request."""
        if self._waiting is not None:
            return f"withdraw {next(self._waiting)}", "withdrew"
        return self._text, "gemini-key" if self._text == "help" else "You said"


async def measure(*, quick: bool) -> list[Row]:
    """Measure one ack at a time, ten at once, with both ways to write to disk, and while keys are made."""
    size = QUICK if quick else FULL
    async with child("town", "--no-delays") as town, redis_beside() as (url, redis):
        secret = town["environment"]["SLACK_SIGNING_SECRET"]
        undecided = await made.ask(made.repository(redis), range(size.requests))
        await redis.delete(keys.announcements(made.TEAM))
        waiting = iter([request.id for request in undecided])
        async with child("bare_bolt", secret, url) as bare, bot(town["environment"], url) as resident:
            assert resident.process is not None
            withdraw = Said(resident.process.pid, resident.port, waiting)
            stand = _Stand(secret, bare, withdraw, Said(resident.process.pid, resident.port))
            await stand.warm()
            rows = await stand.alone(size, redis)
            rows += await stand.together(size)
            rows.append(await _while_keys_are_made(stand, size, url, redis))
    return rows


class _Stand:
    """Both servers, called in turn."""

    def __init__(self, secret: str, bare: dict[str, Any], withdraw: Said, helped: Said) -> None:
        self.secret, self.withdraw, self.help = secret, withdraw, helped
        self.bare = Said(bare["pid"], bare["port"], text="said")
        self.written = Said(bare["pid"], bare["port"], text="written")

    async def warm(self) -> None:
        """Let every server do its first things, which are slow."""
        for said in (self.bare, self.written, self.help, self.withdraw):
            await self.block(said, AT_ONCE, AT_ONCE)

    async def alone(self, size: Size, redis: Client) -> list[Row]:
        """Measure one ack at a time."""
        rounds = [
            [
                await self.block(said, 1, size.acks)
                for said in (self.bare, self.withdraw, self.help, self.written)
            ]
            for _ in range(size.blocks)
        ]
        await redis.config_set("appendfsync", "always")
        fsynced = [
            [await self.block(said, 1, size.acks) for said in (self.bare, self.withdraw)]
            for _ in range(size.blocks)
        ]
        await redis.config_set("appendfsync", "everysec")
        return [
            _slower("1 ack p50, alone (everysec)", rounds, 1, Limit(sense="<=", value=1)),
            _slower("  appendfsync always", fsynced, 1, None),
            _slower("  no write (help)", rounds, 2, None),
            _slower("  bare Bolt + 3 Redis commands", rounds, 3, None),
        ]

    async def together(self, size: Size) -> list[Row]:
        """Measure ten at once, each sending its next as soon as it is answered."""
        rounds = [
            [
                await self.block(said, AT_ONCE, size.acks)
                for said in (self.bare, self.withdraw, self.help, self.written)
            ]
            for _ in range(size.blocks)
        ]
        return [
            _p99("1 ack p99, 10 at once", rounds, Limit(sense="<=", value=5)),
            _rate("1 acks a second, 10 at once", rounds, 1, Limit(sense=">=", value=0.7)),
            _rate("  no write (help)", rounds, 2, None),
            _rate("  bare Bolt + 3 Redis commands", rounds, 3, None),
            _computed("  processor time per ack", rounds, 1),
            _computed("  no write (help)", rounds, 2),
            _computed("  bare Bolt + 3 Redis commands", rounds, 3),
        ]

    async def block(self, said: Said, at_once: int, acks: int) -> Block:
        """Send a block of commands over as many connections as are to be open at once."""
        ms: list[float] = []

        async def send(line: Line, times: int) -> None:
            for _ in range(times):
                seconds = await line.command(*said.next())
                ms.append(seconds * 1000)

        async with lines(said.port, self.secret, at_once) as opened:
            began, computed = time.perf_counter(), cpu_seconds(said.pid)
            await asyncio.gather(*(send(line, acks // at_once) for line in opened))
            rate = len(ms) / (time.perf_counter() - began)
            return Block(ms, rate, (cpu_seconds(said.pid) - computed) * 1000 / len(ms))


async def _while_keys_are_made(stand: _Stand, size: Size, url: str, redis: Client) -> Row:
    """Withdraw one request after the other while the same process makes twenty keys."""
    repository, p99s, took = made.repository(redis), [], []
    starts = range(10**7, 10**7 + PROVISIONINGS * (size.rounds + 1), PROVISIONINGS)
    for first, last in pairwise(starts):
        ms: list[float] = []
        asked = await made.ask(repository, range(first, last))
        approved = [await made.approve(repository, request) for request in asked]
        began = time.perf_counter()
        await made.wake(url, approved)
        working = asyncio.create_task(made.until_active(repository, approved))
        async with lines(stand.withdraw.port, stand.secret, 1) as (line,):
            while not working.done():
                ms.append(await line.command(*stand.withdraw.next()) * 1000)
                await asyncio.sleep(PAUSE)
        await working
        took.append(time.perf_counter() - began)
        p99s.append(percentile(ms, 0.99))
    return Row(
        number="1 ack p99 while 20 keys are made",
        unit="ms", measured=median(p99s), anchor=None,
        judged=median(p99s), judged_as="ms", limit=Limit(sense="<", value=100), spread=spread(p99s),
        note=f"20 keys took {median(took):.2f} s",
    )  # fmt: skip


def _slower(number: str, rounds: list[list[Block]], which: int, limit: Limit | None) -> Row:
    extra = [blocks[which].p50 - blocks[0].p50 for blocks in rounds]
    return Row(
        number=number, unit="ms",
        measured=median([blocks[which].p50 for blocks in rounds]),
        anchor=median([blocks[0].p50 for blocks in rounds]),
        judged=median(extra), judged_as="ms more", limit=limit, spread=spread(extra),
    )  # fmt: skip


def _p99(number: str, rounds: list[list[Block]], limit: Limit) -> Row:
    ours = [percentile(blocks[1].ms, 0.99) for blocks in rounds]
    return Row(
        number=number, unit="ms",
        measured=median(ours),
        anchor=median([percentile(blocks[0].ms, 0.99) for blocks in rounds]),
        judged=median(ours), judged_as="ms", limit=limit, spread=spread(ours),
    )  # fmt: skip


def _rate(number: str, rounds: list[list[Block]], which: int, limit: Limit | None) -> Row:
    ratios = [blocks[which].rate / blocks[0].rate for blocks in rounds]
    return Row(
        number=number, unit="/s",
        measured=median([blocks[which].rate for blocks in rounds]),
        anchor=median([blocks[0].rate for blocks in rounds]),
        judged=median(ratios), judged_as="x", limit=limit, spread=spread(ratios),
    )  # fmt: skip


def _computed(number: str, rounds: list[list[Block]], which: int) -> Row:
    ratios = [blocks[which].cpu / blocks[0].cpu for blocks in rounds if blocks[0].cpu]
    return Row(
        number=number, unit="ms",
        measured=median([blocks[which].cpu for blocks in rounds]),
        anchor=median([blocks[0].cpu for blocks in rounds]),
        judged=median(ratios), judged_as="x", limit=None, spread=spread(ratios),
    )  # fmt: skip
