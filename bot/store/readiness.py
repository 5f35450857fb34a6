"""How ready each project is, kept fresh by the worker for the form that people see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.domain.readiness import ProjectReadiness
from bot.store import keys
from bot.store.redis import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.store.redis import Client

_as_json = TypeAdapter(ProjectReadiness)


class Readiness:
    """A small cache: what is older than its TTL is not known."""

    def __init__(self, client: Client) -> None:
        self._redis = client

    async def put(self, readiness: ProjectReadiness) -> None:
        """Keep what a survey found."""
        with translated():
            await self._redis.set(
                keys.readiness(readiness.project_id),
                _as_json.dump_json(readiness),
                ex=keys.READINESS.ttl,
            )

    async def of(self, project_ids: Sequence[str]) -> dict[str, ProjectReadiness]:
        """Read what is known of these projects."""
        with translated():
            pipeline = self._redis.pipeline(transaction=False)
            for project_id in project_ids:
                pipeline.get(keys.readiness(project_id))
            bodies = await pipeline.execute()
        return {
            project_id: _as_json.validate_json(body)
            for project_id, body in zip(project_ids, bodies, strict=True)
            if body is not None
        }
