"""The one error handler: turns errors into words for the person, once."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import TYPE_CHECKING, Any

import aiohttp
import structlog
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot.domain.rules import Invalid
from bot.errors import BotError, Misconfigured, Refused, Unavailable
from bot.languages.words import N_, Words
from handlers import payload, refusal
from handlers.outbox import kind_of
from handlers.passing import understood

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handlers.front import Front

UNEXPECTED = N_("Something went wrong on my side. Nothing was changed that I know of. Reference {reference}.")
# A form or a button may be older than this version of the bot.
UNKNOWN = N_("I don't know that any more, so I did nothing. Please start again.")
# Of Slack's 3 s the work may have used two: what is left for asking Redis which language to speak,
# and for telling the person before the ack; the telling goes on after it.
FOR_WORDS, FOR_WHISPER = 0.2, 0.4

log = structlog.get_logger(__name__)


def new_handler(front: Front) -> Callable[..., Awaitable[BoltResponse]]:
    """Make the handler that Bolt calls with whatever a listener raised; it never raises itself."""
    whispering: set[asyncio.Task[None]] = set()

    async def handle(error: Exception, body: dict[str, Any]) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            if payload.kind(body) not in payload.ANSWERED:
                # 404 counts as a failed delivery, and Slack switches apps off that fail too often.
                return BoltResponse(status=200, body="")
            error = Refused(UNKNOWN)
        if "event" in body and isinstance(understood(error), Unavailable):
            log.warning("event.delayed", kind=type(error).__name__)
            # Slack sends it again, after a minute and after five.
            return BoltResponse(status=503, body="")
        words = await _words(front, body)
        said = _sentence(error, words)
        if step := payload.step(body):
            return BoltResponse(status=200 if await _end_step(front, step, said) else 503, body="")
        field = error.field if isinstance(error, Invalid) else ""
        answer = refusal.in_ack(words, body, said, field=field)
        if answer is not None:
            return _json(answer)
        if "event" not in body and (payload.user_id(body) or body.get("response_url")):
            task = asyncio.create_task(front.outbox.whisper(body, said))
            whispering.add(task)
            task.add_done_callback(whispering.discard)
            await asyncio.wait({task}, timeout=FOR_WHISPER)
        return BoltResponse(status=200, body="")

    return handle


async def _end_step(front: Front, step: str, said: str) -> bool:
    """Tell a workflow that its step came to nothing; False when Slack did not take it and must ask again."""
    try:
        await front.outbox.fail_step(step, said)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        log.warning("step.delayed", kind=kind_of(error))
        return False
    return True


async def _words(front: Front, body: dict[str, Any]) -> Words:
    try:
        async with asyncio.timeout(FOR_WORDS):
            return await front.words(body)
    except (Unavailable, TimeoutError):
        return Words()


def _sentence(error: Exception, words: Words) -> str:
    reference, kind = secrets.token_hex(3), kind_of(error)
    error = understood(error)
    if isinstance(error, Misconfigured):
        log.error("handler.unwelcome", reference=reference, kind=kind, sentence=error.template)
        return words(error.template, **error.values)
    if isinstance(error, Unavailable):
        log.warning("handler.unavailable", reference=reference, kind=kind, sentence=error.template)
        said = words(error.template, **error.values)
        return words("{sentence} Reference {reference}.", sentence=said, reference=reference)
    if isinstance(error, BotError):
        log.info("request.refused", kind=type(error).__name__, sentence=error.template)
        return words(error.template, **error.values)
    log.error("handler.failed", reference=reference, kind=kind, exc_info=error)
    return words(UNEXPECTED, reference=reference)


def _json(answer: dict[str, Any]) -> BoltResponse:
    return BoltResponse(
        status=200, body=json.dumps(answer), headers={"content-type": "application/json;charset=utf-8"}
    )
