"""`/gemini-key`: its words, and what to say to words that it does not know."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from bot.domain.listing import Kind, Listing
from bot.errors import Refused
from bot.operations import lists
from bot.operations.away import come_back
from bot.operations.why_403.ask import question, send
from bot.operations.withdraw import withdraw
from handlers import survey, usage
from handlers.commands import lifecycle
from handlers.commands.admin import admin
from handlers.commands.naming import named, split
from handlers.commands.setup import setup
from handlers.payload import trigger, user_id
from handlers.surfaces import away_modal, compare_modal, help_message, listed, request_line, why_modal
from handlers.surfaces.blocks import Block, section
from handlers.surfaces.text import cut, escape
from handlers.views import away, break_glass, claim_key, request_key
from handlers.why import guess, open_form

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front

COMMAND = "/gemini-key"
Answer = tuple[str, list[Block]]


def register(app: AsyncApp, front: Front) -> None:
    """Listen to the command."""

    @app.command(COMMAND)
    async def gemini_key(ack: AsyncAck, body: dict[str, Any]) -> None:
        word, rest = split(str(body.get("text") or ""))
        verb = VERBS.get(word.lower())
        answer = await (verb(front, body, rest) if verb else _unknown(front, body, word))
        if answer is None:
            await ack()
            return
        text, blocks = answer
        await ack(text=text, blocks=blocks, response_type="ephemeral")


async def _request(front: Front, body: dict[str, Any], rest: str) -> Answer | None:
    await request_key.open_form(front, body, project_id=rest.split(" ", maxsplit=1)[0])
    return None


async def _list(front: Front, body: dict[str, Any], _rest: str) -> Answer:
    listing = Listing(Kind.MINE, user_id(body))
    page = await front.desk.requests.page(front.team_id, listing)
    return listed.mine(await front.words(body), listing, page)


async def _show(front: Front, body: dict[str, Any], rest: str) -> Answer:
    request = await lists.show(front.desk, front.team_id, named(rest), await front.person(body))
    story = await front.audit.story(front.team_id, request.id)
    return request_line.whole(await front.words(body), request, story)


async def _withdraw(front: Front, body: dict[str, Any], rest: str) -> Answer:
    request = await withdraw(front.desk, front.team_id, named(rest), await front.person(body))
    words = await front.words(body)
    return words("You withdrew *{id}*. Nobody needs to decide it any more.", id=request.id), []


async def _break_glass(front: Front, body: dict[str, Any], rest: str) -> Answer | None:
    await break_glass.open_form(front, body, rest.split(" ", maxsplit=1)[0])
    return None


async def _away(front: Front, body: dict[str, Any], rest: str) -> Answer | None:
    words = await front.words(body)
    if not rest:
        await away.open_form(front, body)
        return None
    if rest.lower() == "off":
        ended = await come_back(front.desk, await front.person(body))
        return words("Welcome back: you decide yourself again.") if ended else words("You were not away."), []
    absence = await away.leave_and_tell(front, body, *away_modal.typed(rest))
    return away_modal.told(words, absence), []


async def _why(front: Front, body: dict[str, Any], rest: str) -> Answer | None:
    if not rest:
        await open_form(front, body)
        return None
    case = question(front.inquiries, await front.person(body), rest)
    await send(front.inquiries, case, {"url": str(body.get("response_url") or "")})
    text = why_modal.looking_words(await front.words(body), guess(case))
    return text, [section(text)]


async def _usage(front: Front, body: dict[str, Any], rest: str) -> Answer:
    return await usage.ask(front, body, rest)


async def _compare(front: Front, body: dict[str, Any], _rest: str) -> Answer | None:
    view = compare_modal.build(await front.words(body), {}, front.policy().kinds.allowed)
    await front.outbox.open_view(trigger(body), view)
    return None


async def _adopt(front: Front, body: dict[str, Any], rest: str) -> Answer | None:
    """Open the form for a key of the last list, or list the keys of a project."""
    project_id, key_id = (*rest.split(maxsplit=1), "", "")[:2]
    if not project_id:
        raise Refused("Name the project, for example `/gemini-key adopt my-project`.")
    if not key_id:
        return await survey.own(front, body, project_id)
    await claim_key.open_form(front, body, project_id, key_id.strip(), replaced=False)
    return None


async def _help(front: Front, body: dict[str, Any], _rest: str) -> Answer:
    return help_message.build(await front.words(body))


async def _unknown(front: Front, body: dict[str, Any], word: str) -> Answer:
    words = await front.words(body)
    close = difflib.get_close_matches(word.lower(), [verb for verb in VERBS if verb], n=1)
    if close:
        shown = escape(cut(word, help_message.LONGEST_WORD))
        lead = words("I don't know `{word}`. Did you mean `{close}`?", word=shown, close=close[0])
    else:
        lead = help_message.unknown(words, word)
    return help_message.build(words, lead)


VERBS: dict[str, Callable[[Front, dict[str, Any], str], Awaitable[Answer | None]]] = {
    "": _help,
    "help": _help,
    "request": _request,
    "list": _list,
    "show": _show,
    "withdraw": _withdraw,
    "away": _away,
    "renew": lifecycle.renew_verb,
    "rotate": lifecycle.rotate_verb,
    "revoke": lifecycle.revoke_verb,
    "undo": lifecycle.undo_verb,
    "leak": lifecycle.leak_verb,
    "break-glass": _break_glass,
    "why-403": _why,
    "usage": _usage,
    "compare": _compare,
    "adopt": _adopt,
    "setup": setup,
    "admin": admin,
}
