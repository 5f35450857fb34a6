"""Questions to the workers and their answers, of any kind; all leave within the hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from bot.errors import NotFound
from bot.store import keys
from bot.store.redis import translated

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from bot.store.keys import Kind
    from bot.store.redis import Client

MOST_ANSWERS = 10_000


class Question(Protocol):
    """What is asked, by whom it is found again."""

    @property
    def id(self) -> str:
        """Its id, unique in the workspace."""

    @property
    def team_id(self) -> str:
        """Its workspace."""


Q = TypeVar("Q", bound=Question)


class Questions(Generic[Q]):
    """Questions by id; an answer goes into the record first and is told on the stream then."""

    def __init__(self, client: Client, as_json: TypeAdapter[Q], kind: Kind) -> None:
        """Keep what `as_json` writes under `kind(team, id)` for as long as that lives."""
        self._redis = client
        self._as_json = as_json
        self._kind = kind

    async def put(self, question: Q) -> None:
        """Keep a question."""
        with translated():
            await self._redis.set(self._name(question), self._as_json.dump_json(question), ex=self._kind.ttl)

    async def get(self, team_id: str, question_id: str) -> Q:
        """Read a question, or raise `NotFound` when its hour is over."""
        with translated():
            found = await self._redis.get(self._kind(team_id, question_id))
        if found is None:
            raise NotFound("That answer is too old to act on. Please ask again.")
        return self._as_json.validate_json(found)

    async def put_answered(self, answered: Q) -> None:
        """Keep the answer, and tell whoever shows it."""
        stream, body = keys.answers(answered.team_id), self._as_json.dump_json(answered)
        with translated():
            async with self._redis.pipeline(transaction=True) as both:
                both.set(self._name(answered), body, ex=self._kind.ttl)
                both.xadd(stream, {"request": answered.id}, maxlen=MOST_ANSWERS, approximate=True)
                await both.execute()

    def _name(self, question: Q) -> str:
        return self._kind(question.team_id, question.id)
