"""What the workers found out about projects, for those who may not ask Google."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from bot.store.redis import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import TypeAdapter

    from bot.store.keys import Kind
    from bot.store.redis import Client


class Fact(Protocol):
    """What is known of one project."""

    @property
    def project_id(self) -> str:
        """The project."""


F = TypeVar("F", bound=Fact)


class ProjectFacts(Generic[F]):
    """A small cache: what is older than its TTL is not known."""

    def __init__(self, client: Client, as_json: TypeAdapter[F], kind: Kind) -> None:
        """Keep what `as_json` writes under `kind(project)` for as long as that lives."""
        self._redis = client
        self._as_json = as_json
        self._kind = kind

    async def put(self, fact: F) -> None:
        """Keep what a survey found."""
        with translated():
            await self._redis.set(
                self._kind(fact.project_id), self._as_json.dump_json(fact), ex=self._kind.ttl
            )

    async def of(self, project_ids: Sequence[str]) -> dict[str, F]:
        """Read what is known of these projects."""
        if not project_ids:
            return {}
        with translated():
            pipeline = self._redis.pipeline(transaction=False)
            for project_id in project_ids:
                pipeline.get(self._kind(project_id))
            bodies = await pipeline.execute()
        return {
            project_id: self._as_json.validate_json(body)
            for project_id, body in zip(project_ids, bodies, strict=True)
            if body is not None
        }
