"""`/gemini-key admin …`: what approvers and admins may look at and do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.listing import Kind, Listing
from bot.errors import Refused
from bot.operations import lists
from bot.operations.desk import check_overseer
from bot.operations.offboard import offboard
from bot.operations.pause import pause, resume
from handlers import mentions, survey
from handlers.commands.naming import split
from handlers.search import wanted
from handlers.surfaces import help_message, listed, request_line
from handlers.surfaces.text import cut

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handlers.front import Front
    from handlers.surfaces.blocks import Block

LONGEST_REASON = 300
# Words that ask for the words.
ASKING = ("", "help")
Answer = tuple[str, list["Block"]]


async def admin(front: Front, body: dict[str, Any], rest: str) -> Answer:
    """Do what the next word says; nobody else is even told the words."""
    word, rest = split(rest)
    verb = VERBS.get(word.lower())
    if verb is None:
        await check_overseer(front.desk, front.team_id, await front.person(body))
        words = await front.words(body)
        return help_message.admin(words, help_message.unknown(words, word) if word not in ASKING else "")
    return await verb(front, body, rest)


async def page(front: Front, body: dict[str, Any], listing: Listing) -> Answer:
    """Answer with the first page of a list."""
    found = await lists.page(front.desk, front.team_id, listing, await front.person(body))
    return listed.message(await front.words(body), listing, found)


async def _keys(front: Front, body: dict[str, Any], _rest: str) -> Answer:
    return await page(front, body, Listing(Kind.LIVE))


async def _pending(front: Front, body: dict[str, Any], _rest: str) -> Answer:
    return await page(front, body, Listing(Kind.PENDING))


async def _find(front: Front, body: dict[str, Any], rest: str) -> Answer:
    looked_for = wanted(front, rest)
    if isinstance(looked_for, Listing):
        return await page(front, body, looked_for)
    request = await lists.show(front.desk, front.team_id, looked_for, await front.person(body))
    story = await front.audit.story(front.team_id, request.id)
    return request_line.whole(await front.words(body), request, story)


async def _pause(front: Front, body: dict[str, Any], rest: str) -> Answer:
    await pause(front.desk, front.offices, await front.person(body), cut(rest, LONGEST_REASON))
    words = await front.words(body)
    return words("No keys are made from now on. `/gemini-key admin resume` ends that."), []


async def _resume(front: Front, body: dict[str, Any], _rest: str) -> Answer:
    await resume(front.desk, front.offices, await front.person(body))
    return (await front.words(body))("Keys are made again; what waited goes on."), []


async def _offboard(front: Front, body: dict[str, Any], rest: str) -> Answer:
    leaver, to = mentions.from_to(rest) or ("", "")
    if not leaver:
        raise Refused("Name who leaves, and whom to give the keys to: `admin offboard @ada to @grace`.")
    person = await front.person(body)
    seen = await offboard(front.bench, front.team_id, leaver, person, to)
    return listed.seen_off(await front.words(body), leaver, seen)


VERBS: dict[str, Callable[[Front, dict[str, Any], str], Awaitable[Answer]]] = {
    "keys": _keys,
    "pending": _pending,
    "find": _find,
    "pause": _pause,
    "resume": _resume,
    "migrate": survey.ask,
    "offboard": _offboard,
}
