"""Who is away: one key each, which Redis forgets when the person is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.domain.absence import Absence
from bot.store import keys
from bot.store.redis import translated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store.redis import Client

_as_json = TypeAdapter(Absence)


class Absences:
    """Absences by who is away."""

    def __init__(self, client: Client) -> None:
        self._redis = client

    async def put(self, team_id: str, absence: Absence) -> None:
        """Keep one until its end; it takes the place of an earlier one."""
        key = keys.away(team_id, absence.user_id)
        with translated():
            await self._redis.set(key, _as_json.dump_json(absence), exat=absence.until)

    async def end(self, team_id: str, user_id: str) -> bool:
        """Forget one; False when there was none."""
        with translated():
            return bool(await self._redis.delete(keys.away(team_id, user_id)))

    async def of(self, team_id: str, user_ids: Iterable[str]) -> list[Absence]:
        """Read who of these is away."""
        asked = sorted(user_ids)
        if not asked:
            return []
        with translated():
            found = await self._redis.mget([keys.away(team_id, user_id) for user_id in asked])
        return [_as_json.validate_json(body) for body in found if body is not None]
