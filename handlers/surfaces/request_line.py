"""One request in one line, and one request step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.key_request import State
from handlers.surfaces import progress, request_card, story
from handlers.surfaces.blocks import Block, divider, fields, header, quoted, section
from handlers.surfaces.telling import told
from handlers.surfaces.text import date, escape, mention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.audit import Event
    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words


def line(words: Words, request: KeyRequest) -> str:
    """Say id, project and state."""
    return f"*{request.id}* · `{request.project_id}` · {request_card.status(words, request)}"


def whole(words: Words, request: KeyRequest, events: Sequence[Event]) -> tuple[str, list[Block]]:
    """Show all that is known of one request, and what happened to it."""
    text = line(words, request)
    rest = _steps(words, request)
    told = story.lines(words, events)
    return text, [
        header(words("Request {id}", id=request.id)),
        section(request_card.status(words, request)),
        fields(
            (words("Requester"), mention(request.requester.user_id)),
            (words("Project"), f"`{request.project_id}`"),
            (words("Environment"), escape(request.environment)),
            (words("Lifetime"), words.duration(request.lifetime)),
            (words("Asked"), date(request.requested_at)),
            *_last_used(words, request),
        ),
        quoted(request.purpose),
        *([section(rest)] if rest else []),
        *([divider(), section(told)] if told else []),
    ]


def _last_used(words: Words, request: KeyRequest) -> list[tuple[str, str]]:
    """Say when the key was last seen in use, where somebody looks at that."""
    used = request.idle.last_used if request.idle and request.live else None
    return [(words("Last seen in use"), date(used))] if used else []


def _steps(words: Words, request: KeyRequest) -> str:
    """Show how far it is; of a failed one, what stood in the way and what helps."""
    if request.failure and request.state is State.FAILED:
        return "\n".join(told(words, request.failure))
    return progress.build(words, request) if request.approved_by else ""
