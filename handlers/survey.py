"""All keys of a project, for approvers and admins: asked by a command or button, shown where it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.rules import check_member
from bot.languages.words import Words
from bot.operations.adopt import may_give
from bot.operations.look_up import ask_survey
from handlers.surfaces import found_key, survey_answer

if TYPE_CHECKING:
    from bot.domain.lookup import Lookup, SurveyOf
    from bot.domain.survey import Survey
    from handlers.front import Front
    from handlers.surfaces.blocks import Message


async def ask(front: Front, body: dict[str, Any], project_id: str) -> Message:
    """Send the question to the workers; returns what to say meanwhile."""
    place = {"url": str(body.get("response_url") or "")}
    await ask_survey(front.lookup_desk, project_id, await front.person(body), place)
    return survey_answer.reading(await front.words(body), project_id)


async def own(front: Front, body: dict[str, Any], project_id: str) -> Message:
    """Show a person the keys of the project's last list with his address; approvers get a new list of all."""
    person = await front.person(body)
    if await may_give(front.desk, person, project_id):
        return await ask(front, body, project_id)
    check_member(person, front.team_id)
    survey = await front.adopting.surveys.get(front.team_id, project_id)
    theirs = (
        [key for key in survey.keys if person.email and key.owner_guess == person.email] if survey else []
    )
    return survey_answer.own(
        await front.words(body), project_id, [key for key in theirs if not key.request_id]
    )


async def tell_owners(front: Front, body: dict[str, Any], project_id: str) -> str:
    """Have the project listed anew and whose names stand on its keys written to; returns what to say."""
    await ask_survey(front.lookup_desk, project_id, await front.person(body), {}, tells_owners=True)
    return (await front.words(body))("I look at the keys once more and write to their owners.")


async def show(front: Front, lookup: Lookup, about: SurveyOf) -> None:
    """Show the answer where it was asked, or by DM when that is too long ago."""
    words = Words(await front.directory.locale(lookup.team_id, lookup.asker.user_id))
    if about.tells_owners and lookup.survey is not None:
        await _tell(front, words, lookup.survey, lookup.asker.user_id)
        return
    text, blocks = survey_answer.message(words, lookup, about.surveyed)
    if not await front.outbox.respond(lookup.place.get("url", ""), text, blocks):
        await front.outbox.post(await front.outbox.direct(lookup.asker.user_id), text, blocks)


async def _tell(front: Front, words: Words, survey: Survey, asker_id: str) -> None:
    """Write to each owner that can be found, and to who asked whom that reached.

    All are looked up first: what fails from then on is only logged, so that nobody hears it again and again.
    """
    owners = {}
    for key in survey.keys:
        guess = "" if key.request_id else key.owner_guess
        if user_id := await front.directory.member_with(front.team_id, guess):
            owners[key.key_id] = user_id
    for key in survey.keys:
        if user_id := owners.get(key.key_id, ""):
            theirs = Words(await front.directory.locale(front.team_id, user_id))
            await front.outbox.tell(user_id, *found_key.to_owner(theirs, survey.project_id, key))
    await front.outbox.tell(asker_id, *survey_answer.told(words, survey, owners))
