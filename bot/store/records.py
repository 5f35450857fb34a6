"""Records in Redis beside requests: `add`, `get`, `edit`; every write audits and announces in one script."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from bot.domain import audit
from bot.errors import Conflict, NotFound
from bot.store import keys
from bot.store.redis import script, translated

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta
    from enum import StrEnum

    from pydantic import TypeAdapter

    from bot.domain.audit import Event
    from bot.store.redis import Client

ATTEMPTS = 20


class Record(Protocol):
    """What every record has."""

    @property
    def id(self) -> str:
        """Its id, which people can say."""

    @property
    def team_id(self) -> str:
        """Its workspace."""

    @property
    def state(self) -> StrEnum:
        """Where it stands."""

    def due_at(self) -> datetime | None:
        """When somebody must look at it again, None when never."""


T = TypeVar("T", bound=Record)


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """How one kind of record is kept: its JSON, its keys, and how long it still lives (None: for ever)."""

    json: TypeAdapter[T]
    key: Callable[[str, str], str]
    due: Callable[[str], str]
    lives: Callable[[T], timedelta | None]


class Records(Generic[T]):
    """The repository of one kind of record."""

    def __init__(self, client: Client, nonce: Callable[[], str], shape: Shape[T]) -> None:
        """Use a client; `nonce` tells two moves apart that are alike in every other way."""
        self._redis = client
        self._nonce = nonce
        self._shape = shape
        self._move = script(client, "move")

    async def add(self, record: T, event: Event, *, once: str) -> T | None:
        """Store a new record; the same `once` again gives the first one; None when the id is taken."""
        with translated():
            await self._redis.sadd(keys.workspaces(), record.team_id)
        outcome, value = await self._write(record, 0, event, once=once)
        if outcome == "once":
            return await self.get(record.team_id, str(value))
        return record if outcome == "ok" else None

    async def get(self, team_id: str, record_id: str) -> T:
        """Read a record, or raise `NotFound`."""
        record, _ = await self.read(team_id, record_id)
        return record

    async def read(self, team_id: str, record_id: str) -> tuple[T, int]:
        """Read a record with the version it stands at."""
        with translated():
            version, body = await self._redis.hmget(self._shape.key(team_id, record_id), ["v", "json"])
        if body is None or version is None:
            raise NotFound("I don't know {id}.", id=record_id)
        return self._shape.json.validate_json(body), int(version)

    async def edit(self, team_id: str, record_id: str, change: Callable[[T], T], event: Event) -> T:
        """Apply a pure change, reading again when another writer was first."""
        for _ in range(ATTEMPTS):
            record, version = await self.read(team_id, record_id)
            changed = change(record)
            if changed == record:
                return record
            outcome, _ = await self._write(changed, version, event)
            if outcome == "ok":
                return changed
            await asyncio.sleep(0)
        raise Conflict("Others are changing {id} right now. Please try again.", id=record_id)

    async def due(self, team_id: str, now: datetime, limit: int = 500) -> list[str]:
        """List ids of records that somebody must look at, longest overdue first."""
        with translated():
            found = await self._redis.zrange(
                self._shape.due(team_id), "-inf", now.timestamp(), byscore=True, offset=0, num=limit
            )
        return [str(record_id) for record_id in found]

    async def unfinished(self, team_id: str, limit: int = 100) -> list[T]:
        """List records that somebody must look at some time, soonest first."""
        with translated():
            found = await self._redis.zrange(self._shape.due(team_id), 0, limit - 1)
            pipeline = self._redis.pipeline(transaction=False)
            for record_id in found:
                pipeline.hget(self._shape.key(team_id, str(record_id)), "json")
            bodies = await pipeline.execute() if found else []
        return [self._shape.json.validate_json(body) for body in bodies if body is not None]

    async def _write(self, record: T, version: int, event: Event, *, once: str = "") -> tuple[str, str | int]:
        team_id, key = record.team_id, self._shape.key(record.team_id, record.id)
        told = event.as_json(record.id, record.state.value, version + 1, self._nonce())
        due_at, lives = record.due_at(), self._shape.lives(record)
        with translated():
            outcome, value = await self._move(
                keys=[
                    key,
                    keys.audit(team_id),
                    keys.audit_head(team_id),
                    keys.announcements(team_id),
                    keys.once(team_id, once) if once else key,
                    self._shape.due(team_id),
                ],
                args=[
                    version,
                    self._shape.json.dump_json(record, exclude_defaults=True),
                    told,
                    audit.digest(told),
                    int(lives.total_seconds()) if lives else 0,
                    record.id if once else "",
                    keys.once.seconds,
                    record.id,
                    0,
                    str(due_at.timestamp()) if due_at else "-",
                    "",
                ],
            )
        return str(outcome), value
