"""One request in one line, and one request step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.key_request import State
from handlers.surfaces import progress, request_card, requester_dm
from handlers.surfaces.blocks import Block, context, fields, header, quoted, section
from handlers.surfaces.text import date, escape, mention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.key_request import KeyRequest
    from bot.words import Words


def line(words: Words, request: KeyRequest) -> str:
    """Say id, project and state."""
    return f"*{request.id}* · `{request.project_id}` · {request_card.status(words, request)}"


def several(words: Words, requests: Sequence[KeyRequest]) -> tuple[str, list[Block]]:
    """List a person's requests, newest first."""
    if not requests:
        text = words("You have no requests yet. Ask for a key with `/gemini-key request`.")
        return text, [section(text)]
    lines = [line(words, request) for request in requests]
    text = words("Your last requests:")
    return "\n".join([text, *lines]), [
        section(f"*{text}*"),
        *(section(one) for one in lines),
        context(words("The same is on my Home tab.")),
    ]


def whole(words: Words, request: KeyRequest) -> tuple[str, list[Block]]:
    """Show all that is known of one request."""
    text = line(words, request)
    rest = _steps(words, request)
    return text, [
        header(words("Request {id}", id=request.id)),
        section(request_card.status(words, request)),
        fields(
            (words("Requester"), mention(request.requester.user_id)),
            (words("Project"), f"`{request.project_id}`"),
            (words("Environment"), escape(request.environment)),
            (words("Lifetime"), words.duration(request.lifetime)),
            (words("Asked"), date(request.requested_at)),
        ),
        quoted(request.purpose),
        *([section(rest)] if rest else []),
    ]


def _steps(words: Words, request: KeyRequest) -> str:
    """Show how far it is; of a failed one, what stood in the way and what helps."""
    if request.failure and request.state is State.FAILED:
        return "\n".join(requester_dm.told(request.failure))
    return progress.build(words, request) if request.approved_by else ""
