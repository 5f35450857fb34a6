"""The one error handler: turns errors into words for the person, once."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot.domain.rules import Invalid
from bot.errors import BotError, Unavailable
from bot.words import N_, Words
from handlers.outbox import error_word

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handlers.front import Front

UNEXPECTED = N_("Something went wrong on my side. Nothing was changed that I know of. Reference {reference}.")

log = structlog.get_logger(__name__)


def new_handler(front: Front) -> Callable[..., Awaitable[BoltResponse]]:
    """Make the handler that Bolt calls with whatever a listener raised."""

    async def handle(error: Exception, body: dict[str, Any]) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            # 404 counts as a failed delivery, and Slack switches apps off that fail too often.
            return BoltResponse(status=200, body="")
        words = await _words(front, body)
        said = _sentence(error, words)
        if body.get("type") == "view_submission":
            return _in_the_form(error, said, body)
        if "command" in body:
            return _json({"response_type": "ephemeral", "text": said})
        if body.get("type") == "block_suggestion":
            return _json({"options": []})
        if "user" in body:
            await front.outbox.whisper(body, said)
        return BoltResponse(status=200, body="")

    return handle


async def _words(front: Front, body: dict[str, Any]) -> Words:
    try:
        return await front.words(body)
    except Unavailable:
        return Words()


def _sentence(error: Exception, words: Words) -> str:
    reference = secrets.token_hex(3)
    if isinstance(error, Unavailable):
        log.warning("handler.unavailable", reference=reference, sentence=error.template)
        said = words(error.template, **error.values)
        return words("{sentence} Reference {reference}.", sentence=said, reference=reference)
    if isinstance(error, BotError):
        log.info("request.refused", kind=type(error).__name__, sentence=error.template)
        return words(error.template, **error.values)
    kind = error_word(error) if isinstance(error, SlackApiError) else type(error).__name__
    log.error("handler.failed", reference=reference, kind=kind, exc_info=error)
    return words(UNEXPECTED, reference=reference)


def _in_the_form(error: Exception, said: str, body: dict[str, Any]) -> BoltResponse:
    """Show the sentence in the form, at its field if it has one: nothing that was typed is lost."""
    blocks = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
    named = error.field if isinstance(error, Invalid) and error.field in blocks else blocks[0]
    return _json({"response_action": "errors", "errors": {named: said}})


def _json(answer: dict[str, Any]) -> BoltResponse:
    return BoltResponse(
        status=200, body=json.dumps(answer), headers={"content-type": "application/json;charset=utf-8"}
    )
