"""Number 8: 200 slash commands a second while twenty keys are being made, and memory that stays flat.

Commands are sent at their time, whether earlier ones were answered or not, and timed from that moment: a bot
that falls behind can't hide it. Of ten commands six list, three ask for help and one withdraws a request.
The two roles run as they do in production, each in its own process.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import TYPE_CHECKING, Any

from bot.store import keys
from tests.bench import requests as made
from tests.bench.child import child
from tests.bench.rows import Limit, Row
from tests.bench.slack_calls import lines
from tests.bench.stage import bot, redis_beside
from tests.bench.timing import cpu_seconds, percentile, resident_mib

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.store.redis import Client
    from tests.bench.slack_calls import Line

RATE, SECONDS = 200, 60
# For memory: slower, as people are, and longer.
CALM, STEADY, LONG = 50, 180, 1800
PROVISIONINGS = 20
# Slack gives up then.
MOST = 3.0
CONNECTIONS = 64
LISTS, HELPS = 6, 3
LOOK = 2.0


@dataclass(slots=True)
class Load:
    """What came of a load: seconds of each ack, from the moment when its command was due."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def missed(self) -> int:
        """Count the acks that Slack would not have waited for, and those that never came."""
        return self.failed + sum(taken > MOST for taken in self.seconds)


async def measure(*, quick: bool, long: bool = False) -> list[Row]:
    """Load a bare Bolt and the bot alike, then go on more calmly and look at the memory."""
    seconds, steady = (5, 15) if quick else (SECONDS, LONG if long else STEADY)
    withdrawn = seconds * RATE // 10 + steady * CALM // 10 + 100
    async with child("town", "--no-delays", "--no-limits") as town, redis_beside() as (url, redis):
        secret = town["environment"]["SLACK_SIGNING_SECRET"]
        undecided = await made.ask(made.repository(redis), range(withdrawn))
        await redis.delete(keys.announcements(made.TEAM))
        waiting = iter([request.id for request in undecided])
        async with (
            child("bare_bolt", secret, url) as bare,
            bot(town["environment"], url, role="slack") as resident,
            bot(town["environment"], url, role="worker"),
        ):
            said = cycle([("said", "You said")])
            floor = await _load(bare["port"], secret, said, RATE, seconds)
            mixed = _mixed(waiting)
            await _load(resident.port, secret, mixed, CALM, 2)
            made_keys = asyncio.create_task(_keys_are_made(url, redis))
            assert resident.process is not None
            computed = cpu_seconds(resident.process.pid)
            loaded = await _load(resident.port, secret, mixed, RATE, seconds)
            computed = cpu_seconds(resident.process.pid) - computed
            number = await _ended(made_keys)
            memory: list[float] = []
            watching = asyncio.create_task(_watch(resident.process.pid, memory))
            await _load(resident.port, secret, mixed, CALM, steady)
            await _ended(watching)
    busy = f"the Slack role computed {computed / seconds:.0%} of the time; {number} keys were made meanwhile"
    return [*_acks(loaded, floor, seconds, busy), _flat(memory, steady)]


def _mixed(waiting: Iterator[str]) -> Iterator[tuple[str, str]]:
    for n in count():
        match n % 10:
            case less if less < LISTS:
                yield "list", "GK-"
            case less if less < LISTS + HELPS:
                yield "help", "gemini-key"
            case _:
                yield f"withdraw {next(waiting)}", "withdrew"


async def _load(port: int, secret: str, said: Iterator[tuple[str, str]], rate: int, seconds: int) -> Load:
    """Send commands evenly; each takes a free connection, and waits for one when there is none."""
    load, running = Load(), set[asyncio.Task[None]]()
    async with lines(port, secret, CONNECTIONS) as opened:
        free: asyncio.Queue[Line] = asyncio.Queue()
        for line in opened:
            free.put_nowait(line)
        began = time.perf_counter()
        for n in range(rate * seconds):
            due = began + n / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            task = asyncio.create_task(_send(free, due, *next(said), load))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)
    return load


async def _send(free: asyncio.Queue[Line], due: float, text: str, expected: str, load: Load) -> None:
    line = await free.get()
    try:
        await line.command(text, expected)
        load.seconds.append(time.perf_counter() - due)
    except (RuntimeError, OSError, asyncio.IncompleteReadError):
        load.failed += 1
    finally:
        free.put_nowait(line)


async def _keys_are_made(url: str, redis: Client) -> int:
    """Keep twenty provisionings under way until cancelled; returns how many keys were made."""
    repository, done = made.repository(redis), 0
    with suppress(asyncio.CancelledError):
        for first in count(10**7, PROVISIONINGS):
            asked = await made.ask(repository, range(first, first + PROVISIONINGS))
            approved = [await made.approve(repository, request) for request in asked]
            await made.wake(url, approved)
            await made.until_active(repository, approved)
            done += PROVISIONINGS
            if done >= 240:
                break
    return done


async def _watch(pid: int, memory: list[float]) -> None:
    while True:
        memory.append(resident_mib(pid))
        await asyncio.sleep(LOOK)


async def _ended(task: asyncio.Task[Any]) -> Any:
    task.cancel()
    with suppress(asyncio.CancelledError):
        return await task
    return None


def _acks(loaded: Load, floor: Load, seconds: int, busy: str) -> list[Row]:
    p99, note = percentile(loaded.seconds, 0.99) * 1000, f"{RATE * seconds:,} commands in {seconds} s; {busy}"
    return [
        Row(
            number="8 acks missed at 200 commands a second", unit="", measured=loaded.missed,
            anchor=floor.missed, judged=loaded.missed, judged_as="missed", limit=Limit(sense="<=", value=0),
            spread=(loaded.missed, loaded.missed), note=note,
        ),
        Row(
            number="8   their p99", unit="ms", measured=p99, anchor=percentile(floor.seconds, 0.99) * 1000,
            judged=p99, judged_as="ms", limit=Limit(sense="<=", value=MOST * 1000), spread=(p99, p99),
        ),
    ]  # fmt: skip


def _flat(memory: list[float], seconds: int) -> Row:
    """Hold the last third of the time against the second: the first one warms up."""
    third = max(1, len(memory) // 3)
    middle, last = (_mean(memory[third : 2 * third]), _mean(memory[-third:]))
    return Row(
        number="8 memory under load", unit="MiB", measured=last, anchor=middle, judged=last - middle,
        judged_as="MiB more", limit=Limit(sense="<=", value=5), spread=(min(memory), max(memory)),
        note=f"{CALM} commands a second for {seconds} s; the anchor is the second third, measured the last",
    )  # fmt: skip


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
