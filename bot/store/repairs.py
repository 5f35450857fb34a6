"""Repairs in Redis: `add`, `get`, `edit`; every write is the script that also audits and announces."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.domain import audit
from bot.domain.repair import Repair
from bot.errors import Conflict, NotFound
from bot.store import keys
from bot.store.redis import script, translated

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.audit import Event
    from bot.store.redis import Client

ATTEMPTS = 20
ONCE_SECONDS = int(keys.ONCE.ttl.total_seconds()) if keys.ONCE.ttl else 0

_as_json = TypeAdapter(Repair)


class Repairs:
    """The repository of repairs, beside that of requests and by the same rules."""

    def __init__(self, client: Client, nonce: Callable[[], str]) -> None:
        """Use a client; `nonce` tells two moves apart that are alike in every other way."""
        self._redis = client
        self._nonce = nonce
        self._move = script(client, "move")

    async def add(self, repair: Repair, event: Event, *, once: str) -> Repair | None:
        """Store a new repair; the same `once` again gives the first one; None when the id is taken."""
        with translated():
            await self._redis.sadd(keys.workspaces(), repair.team_id)
        outcome, value = await self._write(repair, 0, event, once=once)
        if outcome == "once":
            return await self.get(repair.team_id, str(value))
        return repair if outcome == "ok" else None

    async def get(self, team_id: str, repair_id: str) -> Repair:
        """Read a repair, or raise `NotFound`."""
        repair, _ = await self.read(team_id, repair_id)
        return repair

    async def read(self, team_id: str, repair_id: str) -> tuple[Repair, int]:
        """Read a repair with the version it stands at."""
        with translated():
            version, body = await self._redis.hmget(keys.repair(team_id, repair_id), ["v", "json"])
        if body is None or version is None:
            raise NotFound("I don't know {id}.", id=repair_id)
        return _as_json.validate_json(body), int(version)

    async def edit(
        self, team_id: str, repair_id: str, change: Callable[[Repair], Repair], event: Event
    ) -> Repair:
        """Apply a pure change, reading again when another writer was first."""
        for _ in range(ATTEMPTS):
            repair, version = await self.read(team_id, repair_id)
            changed = change(repair)
            if changed == repair:
                return repair
            outcome, _ = await self._write(changed, version, event)
            if outcome == "ok":
                return changed
            await asyncio.sleep(0)
        raise Conflict("Others are changing {id} right now. Please try again.", id=repair_id)

    async def due(self, team_id: str, now: datetime, limit: int = 500) -> list[str]:
        """List ids of repairs that somebody must look at, longest overdue first."""
        with translated():
            found = await self._redis.zrange(
                keys.repairs_due(team_id),
                "-inf",
                now.timestamp(),
                byscore=True,
                offset=0,
                num=limit,
            )
        return [str(repair_id) for repair_id in found]

    async def _write(
        self, repair: Repair, version: int, event: Event, *, once: str = ""
    ) -> tuple[str, str | int]:
        team_id, record = repair.team_id, keys.repair(repair.team_id, repair.id)
        told = event.as_json(repair.id, repair.state.value, version + 1, self._nonce())
        due_at = repair.due_at()
        with translated():
            outcome, value = await self._move(
                keys=[
                    record,
                    keys.audit(team_id),
                    keys.audit_head(team_id),
                    keys.announcements(team_id),
                    keys.once(team_id, once) if once else record,
                    keys.repairs_due(team_id),
                ],
                args=[
                    version,
                    _as_json.dump_json(repair, exclude_defaults=True),
                    told,
                    audit.digest(told),
                    int(keys.RETENTION.total_seconds()) if repair.finished else 0,
                    repair.id if once else "",
                    ONCE_SECONDS,
                    repair.id,
                    0,
                    str(due_at.timestamp()) if due_at else "-",
                    "",
                ],
            )
        return str(outcome), value
