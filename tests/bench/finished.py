"""Finished requests by the million: the keys that a whole life leaves behind, written without living it.

What is written is compared with what the repository leaves of a request that did live.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.domain import deciding, ending, granting
from bot.domain.audit import BOT, Event
from bot.domain.person import Person, service
from bot.provisioning.plan import STEP_NAMES
from bot.store import keys
from bot.store.messages import Messages, Place
from tests.bench import requests as made

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.store.redis import Client

    Change = Callable[[KeyRequest], KeyRequest]

PEOPLE = 1000
CHUNK = 2000
KEY_UID = "66325eda-ad2f-48d1-9213-4cdaf21721d5"
OPERATION = f"operations/akmf.p7-100000000001-{KEY_UID}"
SURFACES = ("card", "dm", "active", "over")


def person(number: int) -> Person:
    """Make the person with a number; all names and addresses are equally long."""
    return Person(
        team_id=made.TEAM,
        user_id=f"U{number:09}",
        name=f"Person {number:06}",
        email=f"p{number:06}@acme.test",
    )


def life(began: datetime) -> list[tuple[str, str, Change]]:
    """List verb, actor and change of every move after the request, until the key has expired."""
    over = began + timedelta(days=7)
    steps = [(name, BOT, partial(granting.tick, step=name)) for name in STEP_NAMES]
    return [
        ("approve", made.GRACE.user_id, partial(deciding.approve, by=made.GRACE, at=began)),
        ("take-up", BOT, partial(granting.take_up, until=began)),
        ("project-read", BOT, lambda r: replace(r, project_number="100000000001")),
        *steps[:-1],
        ("key-ordered", BOT, lambda r: replace(r, operation=OPERATION)),
        ("key-stored", BOT, lambda r: replace(r, secret_version="1", key_uid=KEY_UID)),
        steps[-1],
        ("activate", BOT, granting.activate),
        ("expire", BOT, partial(ending.start_ending, by=service(made.TEAM), at=over)),
        ("take-up", BOT, partial(ending.take_up_ending, until=over)),
        ("end", BOT, ending.end),
    ]


async def live(redis: Client, number: int) -> KeyRequest:
    """Let the repository lead a request through its whole life, and show it where the announcer does."""
    repository, requester = made.repository(redis), person(number % PEOPLE)
    request = made.asked(number, requester=requester)
    asked = Event(at=request.requested_at, by=requester.user_id, verb="request")
    await repository.add(request, asked, once=f"bench-{request.id}")
    for verb, actor, change in life(request.requested_at):
        event = Event(at=request.requested_at, by=actor, verb=verb)
        request = await repository.edit(made.TEAM, request.id, change, event)
    for surface in SURFACES:
        place = Place("C0APPROVALS", "1795223669.000100", "0123456789abcdef")
        await Messages(redis).put(made.TEAM, request.id, surface, place)
    return request


class Copies:
    """Copies of one finished request's keys, under other numbers and people, as RESP."""

    def __init__(self, commands: bytes, number: int) -> None:
        self._commands, self._names = commands, _names(number)

    @classmethod
    async def of(cls, redis: Client, number: int) -> Copies:
        """Copy a record and its place in the index of its requester's requests."""
        name, user = made.spelt(number), person(number % PEOPLE).user_id
        record, mine = keys.request(made.TEAM, name), keys.mine(made.TEAM, user)
        score = await redis.zscore(mine, name)
        return cls(await _hash(redis, record) + _resp("ZADD", mine, repr(score), name), number)

    @classmethod
    async def of_places(cls, redis: Client, number: int) -> Copies:
        """Copy where a request is shown."""
        return cls(await _hash(redis, keys.messages(made.TEAM, made.spelt(number))), number)

    def number(self, number: int) -> bytes:
        """Give the commands that write the copy with a number."""
        commands = self._commands
        for old, new in zip(self._names, _names(number), strict=True):
            commands = commands.replace(old, new)
        return commands


async def load(redis_path: str, copies: Copies, numbers: range) -> None:
    """Write copies over a connection of our own that asks for no answers."""
    reader, writer = await asyncio.open_unix_connection(redis_path)
    writer.write(_resp("CLIENT", "REPLY", "OFF"))
    for start in range(numbers.start, numbers.stop, CHUNK):
        writer.writelines(copies.number(n) for n in range(start, min(start + CHUNK, numbers.stop)))
        await writer.drain()
    writer.write(_resp("CLIENT", "REPLY", "ON"))
    if await reader.readline() != b"+OK\r\n":
        raise RuntimeError("the server refused the copies")
    writer.close()


def _names(number: int) -> tuple[bytes, ...]:
    """List what differs between copies: the id and the person."""
    someone = person(number % PEOPLE)
    return tuple(name.encode() for name in (made.spelt(number), someone.user_id, someone.name, someone.email))


async def _hash(redis: Client, key: str) -> bytes:
    """Give the commands that write a hash as it stands, with its time to live."""
    fields = await redis.hgetall(key)
    flat = (str(part) for pair in fields.items() for part in pair)
    return _resp("HSET", key, *flat) + _resp("EXPIRE", key, str(await redis.ttl(key)))


def _resp(*parts: str) -> bytes:
    packed = (b"$%d\r\n%s\r\n" % (len(part), part) for part in map(str.encode, parts))
    return b"*%d\r\n" % len(parts) + b"".join(packed)
