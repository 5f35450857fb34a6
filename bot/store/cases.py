"""Questions to why-403 and their answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.diagnosis.case import Case
from bot.store import keys
from bot.store.questions import Questions

if TYPE_CHECKING:
    from bot.diagnosis.case import Report
    from bot.store.redis import Client

_as_json = TypeAdapter(Case)


class Cases(Questions[Case]):
    """Cases by id."""

    def __init__(self, client: Client) -> None:
        super().__init__(client, _as_json, keys.case)

    async def answer(self, case: Case, report: Report) -> None:
        """Keep the answer, and tell whoever shows it."""
        await self.put_answered(replace(case, report=report))
