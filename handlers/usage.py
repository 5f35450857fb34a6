"""How a key was used: asked from anywhere in Slack; words come to where it was asked, the picture by DM."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.domain import request_id
from bot.domain.usage import SPANS
from bot.errors import Refused, Unavailable
from bot.languages.words import Words
from bot.operations.look_up import ask_usage
from handlers.outbox import kind_of
from handlers.surfaces import usage_answer

if TYPE_CHECKING:
    from bot.domain.lookup import Lookup
    from bot.domain.usage import KeyUsage
    from handlers.front import Front
    from handlers.surfaces.blocks import Message

log = structlog.get_logger(__name__)


async def ask(front: Front, body: dict[str, Any], said: str) -> Message:
    """Send the question `GK-7F3K 30` to the workers; returns what to say meanwhile."""
    named, days = read(said)
    person, place = await front.person(body), {"url": str(body.get("response_url") or "")}
    await ask_usage(front.lookup_desk, front.team_id, named, person, place, days)
    return usage_answer.reading(await front.words(body), named)


def read(said: str) -> tuple[str, int]:
    """Read a request and for how many days; a week when nothing is said."""
    first, rest = (*said.split(maxsplit=1), "", "")[:2]
    found, span = request_id.read(first), rest.strip().removesuffix("d") or str(SPANS[0])
    if found is None or span not in {str(days) for days in SPANS}:
        raise Refused("Name the request and 7 or 30 days, for example `/gemini-key usage GK-7F3K 30`.")
    return found, int(span)


async def show(front: Front, lookup: Lookup) -> None:
    """Show an answer: the words where it was asked, or by DM when that is too long ago; the picture by DM."""
    words = Words(await front.directory.locale(lookup.team_id, lookup.asker.user_id))
    text, blocks = usage_answer.message(words, lookup)
    told = await front.outbox.respond(lookup.place.get("url", ""), text, blocks)
    direct = await front.outbox.direct(lookup.asker.user_id)
    if not told:
        await front.outbox.post(direct, text, blocks)
    if lookup.usage is not None and lookup.usage.total:
        await _send_picture(front, words, lookup, lookup.usage, direct)


async def _send_picture(front: Front, words: Words, lookup: Lookup, usage: KeyUsage, direct: str) -> None:
    """Upload the picture; without it the words are still whole, so that a failure is only logged."""
    from handlers.surfaces import usage_chart  # noqa: PLC0415 - Pillow is only for who asks, not for every start

    title = f"{lookup.usage_of.request_id} · {lookup.usage_of.project_id}"
    picture = await asyncio.to_thread(usage_chart.draw, usage, title)
    try:
        await front.outbox.upload(
            direct,
            f"{lookup.usage_of.request_id.lower()}-{usage.until:%Y-%m-%d}.png",
            picture,
            title=title,
            alt=usage_answer.alt(words, lookup, usage),
            comment=usage_answer.headline(words, lookup, usage),
        )
    except (SlackApiError, Unavailable, aiohttp.ClientError, TimeoutError) as error:
        log.warning("usage.picture.lost", lookup=lookup.id, kind=kind_of(error))
