"""All keys of a project, for approvers and admins: asked by a command, shown where it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.look_up import ask_survey
from bot.words import Words
from handlers.surfaces import survey_answer

if TYPE_CHECKING:
    from bot.domain.lookup import Lookup, SurveyOf
    from handlers.front import Front
    from handlers.surfaces.requester_dm import Message


async def ask(front: Front, body: dict[str, Any], project_id: str) -> Message:
    """Send the question to the workers; returns what to say meanwhile."""
    place = {"url": str(body.get("response_url") or "")}
    await ask_survey(front.lookup_desk, project_id, await front.person(body), place)
    return survey_answer.reading(await front.words(body), project_id)


async def show(front: Front, lookup: Lookup, about: SurveyOf) -> None:
    """Show the answer where it was asked, or by DM when that is too long ago."""
    words = Words(await front.directory.locale(lookup.team_id, lookup.asker.user_id))
    text, blocks = survey_answer.message(words, lookup, about.surveyed)
    if not await front.outbox.respond(lookup.place.get("url", ""), text, blocks):
        await front.outbox.post(await front.outbox.direct(lookup.asker.user_id), text, blocks)
