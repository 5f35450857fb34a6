"""Show the workers' answers, of why-403 and about keys, where they were asked for."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.domain import lookup
from bot.errors import NotFound, Unavailable
from bot.languages.words import Words
from handlers import survey, usage
from handlers.outbox import error_word
from handlers.surfaces import why_answer

if TYPE_CHECKING:
    from bot.diagnosis.case import Case
    from bot.domain.lookup import Lookup
    from bot.store.announcements import Announcements
    from bot.store.cases import Cases
    from bot.store.lookups import Lookups
    from handlers.front import Front

WAIT = timedelta(seconds=2)
# A reader that took an answer and is silent for this long is dead.
IDLE = timedelta(seconds=40)
REST_AFTER_ERROR = 2.0
# The worker may answer before Slack has opened the modal.
VIEW_TRIES, VIEW_PAUSE = 6, 0.15

log = structlog.get_logger(__name__)


class Answers:
    """One reader of possibly many of the stream of answered cases."""

    def __init__(self, front: Front, cases: Cases, lookups: Lookups, stream: Announcements) -> None:
        """Nothing is read before `run`."""
        self._front = front
        self._cases = cases
        self._lookups = lookups
        self._stream = stream
        self._busy: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Read and show until cancelled; an outage of Redis or Slack only delays."""
        try:
            while True:
                try:
                    for entry, case_id in await self._stream.read(WAIT) or await self._stream.claim(IDLE):
                        task = asyncio.create_task(self._show(entry, case_id))
                        self._busy.add(task)
                        task.add_done_callback(self._busy.discard)
                except Unavailable:
                    await asyncio.sleep(REST_AFTER_ERROR)
        finally:
            for task in self._busy:
                task.cancel()
            await asyncio.gather(*self._busy, return_exceptions=True)

    async def _show(self, entry: str, case_id: str) -> None:
        try:
            await self._answer(case_id)
        except NotFound:
            pass  # its hour is over
        except (Unavailable, SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            kind = error_word(error) if isinstance(error, SlackApiError) else type(error).__name__
            log.warning("answer.delayed", case=case_id, kind=kind)
            return
        await self._stream.done(entry)

    async def _answer(self, question_id: str) -> None:
        """Show an answer; what was asked again meanwhile has its own entry."""
        if question_id.startswith(lookup.PREFIX):
            asked = await self._lookups.get(self._front.team_id, question_id)
            if asked.answered:
                await self._show_lookup(asked)
            return
        case = await self._cases.get(self._front.team_id, question_id)
        if case.report is not None:
            await self._put(case)

    async def _show_lookup(self, asked: Lookup) -> None:
        if isinstance(asked.about, lookup.SurveyOf):
            await survey.show(self._front, asked, asked.about)
        else:
            await usage.show(self._front, asked)

    async def _put(self, case: Case) -> None:
        words = Words(await self._front.directory.locale(case.team_id, case.asker.user_id))
        if "view" in case.place:
            await self._in_view(words, case)
            return
        text, blocks = why_answer.message(words, case)
        if not await self._front.outbox.respond(case.place.get("url", ""), text, blocks):
            direct = await self._front.outbox.direct(case.asker.user_id)
            await self._front.outbox.post(direct, text, blocks)

    async def _in_view(self, words: Words, case: Case) -> None:
        """Change the modal; whoever has closed it did not want to wait.

        Our own name for it is only known where Slack has put the modal that says "looking" in its place.
        Slack's id is as good from the first moment, so that it may be used only when that is long over.
        """
        view, outbox = why_answer.view(words, case), self._front.outbox
        for _ in range(VIEW_TRIES):
            if await outbox.update_view(view, external_id=case.place["view"]):
                return
            await asyncio.sleep(VIEW_PAUSE)
        if view_id := case.place.get("view_id"):
            await outbox.update_view(view, view_id=view_id)
