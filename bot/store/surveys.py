"""The keys of each project as somebody last had them listed: what its buttons act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.domain.survey import Survey
from bot.store import keys
from bot.store.redis import translated

if TYPE_CHECKING:
    from bot.store.redis import Client

_as_json = TypeAdapter(Survey)


class Surveys:
    """One a project; the newest is the one that counts."""

    def __init__(self, client: Client) -> None:
        self._redis = client

    async def put(self, team_id: str, survey: Survey) -> None:
        """Keep what was listed."""
        name, body = keys.survey(team_id, survey.project_id), _as_json.dump_json(survey)
        with translated():
            await self._redis.set(name, body, ex=keys.survey.ttl)

    async def get(self, team_id: str, project_id: str) -> Survey | None:
        """Read what was listed last, None when that is too long ago."""
        with translated():
            found = await self._redis.get(keys.survey(team_id, project_id))
        return None if found is None else _as_json.validate_json(found)
