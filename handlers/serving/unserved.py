"""Answer what comes from a workspace that is not open: say why, and have Slack send again what can wait."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog
from starlette.responses import JSONResponse, Response

from bot.errors import BotError, NoPolicy, NotFound, Unavailable
from bot.languages.words import N_, Words
from handlers import arrival, payload, refusal
from handlers.errors import FOR_WHISPER

if TYPE_CHECKING:
    from bot.telemetry.watch import Watch
    from handlers.outbox import Outbox

GONE = N_("The app is not installed in this workspace. Ask whoever runs the bot for the link to install it.")

UNREACHED = N_("I couldn't reach Slack ({kind}). Please try again in a moment.")

log = structlog.get_logger(__name__)


class Unserved:
    """The answers in place of a workspace's app; `outbox` has no token, for links that need none."""

    def __init__(self, outbox: Outbox, watch: Watch) -> None:
        self._outbox, self._watch = outbox, watch
        self._whispering: set[asyncio.Task[None]] = set()

    async def answer(self, team_id: str, body: dict[str, Any], why: BotError, *, known: bool) -> Response:
        """Say it where Slack shows it; `known` are workspaces that have a policy."""
        log.warning("slack.unserved", team=team_id, kind=type(why).__name__, sentence=why.template)
        response = await self._answer(body, why, known=known)
        self._watch.acked(payload.kind(body), arrival.so_far())
        return response

    async def _answer(self, body: dict[str, Any], why: BotError, *, known: bool) -> Response:
        words = Words()
        said = _sentence(words, why, known=known)
        if (acked := refusal.in_ack(words, body, said)) is not None:
            return JSONResponse(acked)
        if body.get("response_url"):
            await self._whisper(body, said)
            return Response("")
        return Response("", status_code=503 if passes(why) else 200)

    async def _whisper(self, body: dict[str, Any], said: str) -> None:
        task = asyncio.create_task(self._outbox.whisper(body, said))
        self._whispering.add(task)
        task.add_done_callback(self._whispering.discard)
        await asyncio.wait({task}, timeout=FOR_WHISPER)


def passes(why: BotError) -> bool:
    """Tell whether a workspace may be open a moment later without anybody installing or writing anything."""
    return not isinstance(why, NotFound | NoPolicy)


def for_people(why: BotError) -> BotError:
    """Keep what is for whoever runs the bot from those who only wait."""
    if isinstance(why, NotFound | NoPolicy | Unavailable):
        return why
    kind = why.values.get("error") or why.values.get("kind") or "auth.test"
    return Unavailable(UNREACHED, kind=kind)


def _sentence(words: Words, why: BotError, *, known: bool) -> str:
    if isinstance(why, NotFound):
        return words(GONE) if known else words(NoPolicy().template)
    return words(why.template, **why.values)
