"""Questions to why-403 and their answers; both leave within the hour."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.diagnosis.case import Case
from bot.errors import NotFound
from bot.store import keys
from bot.store.redis import translated

if TYPE_CHECKING:
    from bot.diagnosis.case import Report
    from bot.store.redis import Client

MOST_ANSWERS = 10_000

_as_json = TypeAdapter(Case)


class Cases:
    """Cases by id; an answer goes into the record first and is told on a stream then."""

    def __init__(self, client: Client) -> None:
        self._redis = client

    async def put(self, case: Case) -> None:
        """Keep a question."""
        with translated():
            await self._redis.set(
                keys.case(case.team_id, case.id), _as_json.dump_json(case), ex=keys.CASE.ttl
            )

    async def get(self, team_id: str, case_id: str) -> Case:
        """Read a case, or raise `NotFound` when its hour is over."""
        with translated():
            found = await self._redis.get(keys.case(team_id, case_id))
        if found is None:
            raise NotFound("That answer is too old to act on. Please ask again.")
        return _as_json.validate_json(found)

    async def answer(self, case: Case, report: Report) -> None:
        """Keep the answer, and tell whoever shows it."""
        answered = _as_json.dump_json(replace(case, report=report))
        with translated():
            async with self._redis.pipeline(transaction=True) as both:
                both.set(keys.case(case.team_id, case.id), answered, ex=keys.CASE.ttl)
                both.xadd(
                    keys.answers(case.team_id), {"request": case.id}, maxlen=MOST_ANSWERS, approximate=True
                )
                await both.execute()
