"""Redis: what it is, whether it forgets, how quick it is, and whether its clock is ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.diagnosis.cause import Fixer
from bot.doctor.line import Area, trouble
from bot.languages.words import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.doctor.line import Line

AREA = Area("redis")
# The first version with XAUTOCLAIM and ZRANGE BYSCORE, which lost announcements and due records are found by.
OLDEST = (6, 2)
SLOW = timedelta(milliseconds=20)
FULL = 0.9
_ADMIN = (Fixer.REQUESTER,)

UNREACHABLE = trouble(
    "redis-unreachable",
    N_("Redis can't be used"),
    N_("Start Redis, let this machine reach it, and check address and password in REDIS_URL."),
    command='redis-cli -u "$REDIS_URL" ping',
    who=_ADMIN,
)
TOO_OLD = trouble(
    "redis-too-old",
    N_("Redis is too old"),
    N_("Upgrade Redis to 6.2 or newer (or Valkey)."),
    command='redis-cli -u "$REDIS_URL" info server',
    who=_ADMIN,
)
NO_AOF = trouble(
    "redis-no-aof",
    N_("Redis keeps nothing on disk: an approval would be lost with it"),
    N_("Switch the append-only file on, and write it into Redis's own configuration too."),
    command='redis-cli -u "$REDIS_URL" config set appendonly yes',
    who=_ADMIN,
)
AOF_FAILS = trouble(
    "redis-aof-fails",
    N_("Redis can't write its append-only file"),
    N_("Look at the disk that Redis writes to: it is full, or not writable."),
    command='redis-cli -u "$REDIS_URL" info persistence',
    who=_ADMIN,
)
FSYNC = trouble(
    "redis-fsync",
    N_("Redis leaves it to the system when its file reaches the disk"),
    N_("Set appendfsync to always, or to everysec if a power cut may cost the last second."),
    command='redis-cli -u "$REDIS_URL" config set appendfsync always',
    who=_ADMIN,
)
EVICTS = trouble(
    "redis-evicts",
    N_("Redis may throw records away when it is full"),
    N_("Set maxmemory-policy to noeviction: then a full Redis refuses, and forgets nothing."),
    command='redis-cli -u "$REDIS_URL" config set maxmemory-policy noeviction',
    who=_ADMIN,
)
MEMORY = trouble(
    "redis-memory",
    N_("Redis is nearly full"),
    N_("Give Redis more memory; full, it refuses every request and approval."),
    command='redis-cli -u "$REDIS_URL" info memory',
    who=_ADMIN,
)
REPLICA = trouble(
    "redis-replica",
    N_("REDIS_URL leads to a replica, which takes no writes"),
    N_("Point REDIS_URL to the primary, or use the Sentinel form redis+sentinel://…"),
    command='redis-cli -u "$REDIS_URL" role',
    who=_ADMIN,
)
NO_RIGHT = trouble(
    "redis-no-right",
    N_("The bot's Redis user may not do what the bot does"),
    N_("Allow the user the commands and the keys gk:* that the bot needs."),
    command='redis-cli -u "$REDIS_URL" acl whoami',
    who=_ADMIN,
)
SLOW_ANSWERS = trouble(
    "redis-slow",
    N_("Redis answers slowly: every click waits for it several times"),
    N_("Run Redis in the same region as the bot, and look what else keeps it busy."),
    command='redis-cli -u "$REDIS_URL" --latency-history',
    who=_ADMIN,
)
PLAIN = trouble(
    "redis-plain-text",
    N_("The connection to Redis is not encrypted"),
    N_("Use rediss:// where the way to Redis leaves the machine or its private network."),
    who=_ADMIN,
)
CLOCK = trouble(
    "clock-skew",
    N_("This machine's clock and {whose} clock differ"),
    N_("Synchronise the clocks (NTP): Slack's signatures, Google's tokens and every deadline need it."),
    command="timedatectl status",
    who=_ADMIN,
)
# redis-py's name for a write that Redis has no room for.
OUT_OF_MEMORY = "OutOfMemoryError"
MOST_SKEW, BAD_SKEW = timedelta(seconds=2), timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisFacts:
    """What Redis says of itself; None is what it did not say.

    `writes` names what refused a write, as redis-py calls it; empty when one went through.
    """

    version: str
    role: str
    aof: bool
    aof_fails: bool
    fsync: str | None
    eviction: str
    used: int
    limit: int
    ping: timedelta
    skew: timedelta
    plain_to: str = ""
    writes: str = ""


def unreachable(kind: str) -> Line:
    """Say that there is no Redis, or none for us."""
    return AREA.problem(UNREACHABLE, N_("Connecting ended with {kind}."), kind=kind)


def unsaid(kind: str) -> Line:
    """Say that Redis answers but does not tell about itself."""
    return AREA.unknown(NO_AOF, N_("The command INFO ended with {kind}."), kind=kind)


def embedded() -> Line:
    """Say that the bot brings its own Redis, set up as it should be."""
    return AREA.fine(NO_AOF, N_("The bot runs a Redis of its own, with an append-only file."))


def lines(facts: RedisFacts) -> Iterator[Line]:
    """Look at Redis."""
    numbers = tuple(int(part) for part in facts.version.split(".")[:2] if part.isdigit())
    mark = AREA.fine if numbers >= OLDEST else AREA.problem
    yield mark(TOO_OLD, N_("It is version {version}."), version=facts.version)
    if facts.role != "master":
        yield AREA.problem(REPLICA, N_("Its role is {role}."), role=facts.role)
    elif facts.writes and facts.writes != OUT_OF_MEMORY:
        yield AREA.problem(NO_RIGHT, N_("Writing ended with {error}."), error=facts.writes)
    elif not facts.writes:
        yield AREA.fine(NO_RIGHT, N_("A record could be written."))
    yield from _disk(facts)
    yield from _memory(facts)
    took = f"{facts.ping.total_seconds() * 1000:.1f}"
    mark = AREA.warning if facts.ping > SLOW else AREA.fine
    yield mark(SLOW_ANSWERS, N_("It answers within {took} ms (median)."), took=took)
    if facts.plain_to:
        yield AREA.warning(PLAIN, N_("REDIS_URL leads to {host} without TLS."), host=facts.plain_to)
    yield clock(AREA, facts.skew, "Redis's")


def clock(area: Area, skew: timedelta, whose: str) -> Line:
    """Compare clocks; a few seconds are unpleasant, many break signatures and deadlines."""
    seconds = f"{abs(skew.total_seconds()):.1f}"
    late = abs(skew)
    mark = area.fine if late <= MOST_SKEW else area.warning if late <= BAD_SKEW else area.problem
    return mark(
        CLOCK, N_("This machine's clock and {whose} differ by {seconds} s."), whose=whose, seconds=seconds
    )


def _disk(facts: RedisFacts) -> Iterator[Line]:
    if not facts.aof:
        yield AREA.problem(NO_AOF, N_("Its append-only file is off."))
        return
    if facts.aof_fails:
        yield AREA.problem(AOF_FAILS, N_("Its last write to the append-only file failed."))
    else:
        yield AREA.fine(NO_AOF, N_("Its append-only file is on, and was written."))
    match facts.fsync:
        case None:
            yield AREA.unknown(FSYNC, N_("It does not tell its appendfsync (CONFIG is forbidden)."))
        case "no":
            yield AREA.problem(FSYNC, N_("appendfsync is no."))
        case "everysec":
            yield AREA.fine(FSYNC, N_("appendfsync is everysec: a power cut may cost the last second."))
        case setting:
            yield AREA.fine(FSYNC, N_("appendfsync is {setting}."), setting=setting)


def _memory(facts: RedisFacts) -> Iterator[Line]:
    mark = AREA.fine if facts.eviction == "noeviction" else AREA.problem
    yield mark(EVICTS, N_("maxmemory-policy is {setting}."), setting=facts.eviction)
    if facts.writes == OUT_OF_MEMORY:
        yield AREA.problem(MEMORY, N_("Writing ended with {error}."), error=facts.writes)
        return
    if not facts.limit:
        yield AREA.fine(MEMORY, N_("It has no memory limit of its own."))
        return
    share = facts.used / facts.limit
    mark = AREA.problem if share > FULL else AREA.fine
    yield mark(MEMORY, N_("{share} % of its memory is used."), share=f"{share * 100:.0f}")
