"""Each workspace's office in Redis, written by the script that also audits and announces."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.domain import audit
from bot.domain.office import ID, Office
from bot.errors import Conflict, Unavailable
from bot.store import keys
from bot.store.redis import script, translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.audit import Event
    from bot.store.redis import Client

ATTEMPTS = 20

_as_json = TypeAdapter(Office)


class Offices:
    """The repository of offices; one that was never written is open and staffed."""

    def __init__(self, client: Client, nonce: Callable[[], str]) -> None:
        """Use a client; `nonce` tells two moves apart that are alike in every other way."""
        self._redis = client
        self._nonce = nonce
        self._move = script(client, "move")

    async def get(self, team_id: str) -> Office:
        """Read how things stand."""
        office, _ = await self.read(team_id, ID)
        return office

    async def paused(self, team_id: str) -> bool:
        """Tell whether no keys are made now."""
        return (await self.get(team_id)).pause is not None

    async def check_open(self, team_id: str) -> None:
        """Raise `Unavailable` while no keys are made: whatever was under way comes again later."""
        if await self.paused(team_id):
            raise Unavailable("No keys are made at the moment.")

    async def read(self, team_id: str, _id: str) -> tuple[Office, int]:
        """Read it with the version it stands at."""
        with translated():
            version, body = await self._redis.hmget(keys.office(team_id), ["v", "json"])
        if body is None or version is None:
            return Office(team_id=team_id), 0
        return _as_json.validate_json(body), int(version)

    async def edit(self, team_id: str, change: Callable[[Office], Office], event: Event) -> Office:
        """Apply a pure change, reading again when another writer was first."""
        for _ in range(ATTEMPTS):
            office, version = await self.read(team_id, ID)
            changed = change(office)
            if changed == office or await self._write(changed, version, event):
                return changed
            await asyncio.sleep(0)
        raise Conflict("Others are changing this right now. Please try again.")

    async def _write(self, office: Office, version: int, event: Event) -> bool:
        team_id, record = office.team_id, keys.office(office.team_id)
        said = event.as_json(ID, "paused" if office.pause else "open", version + 1, self._nonce())
        with translated():
            outcome, _ = await self._move(
                keys=[
                    record,
                    keys.audit(team_id),
                    keys.audit_head(team_id),
                    keys.announcements(team_id),
                    record,
                ],
                args=[
                    version,
                    _as_json.dump_json(office, exclude_defaults=True),
                    said,
                    audit.digest(said),
                    0,
                    "",
                    0,
                    ID,
                    0,
                    "",
                ],
            )
        return str(outcome) == "ok"
