"""The question whether an idle key is still needed, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.surfaces.blocks import actions, button, confirm, context, section
from handlers.surfaces.text import date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.idle import Idleness
    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words
    from handlers.surfaces.blocks import Message

KEEP, REVOKE = "keep_idle", "revoke_idle"


def to_holder(words: Words, request: KeyRequest) -> Iterator[tuple[str, Message]]:
    """Show the last question; each has a message of its own, because updating one notifies nobody."""
    idle = request.idle
    if idle is None or not idle.asked:
        return
    if idle.asked_at and request.live:
        yield f"idle-{idle.asked}", _question(words, request, idle)
    else:
        yield f"idle-{idle.asked}", _outcome(words, request)


def _question(words: Words, request: KeyRequest, idle: Idleness) -> Message:
    text = words(
        "Is the Gemini key of *{id}* for `{project}` still needed? Nobody called it for {time}.",
        id=request.id,
        project=request.project_id,
        time=idle.after,
    )
    over = date(idle.over_at) if idle.over_at else ""
    if idle.revokes:
        silence = words("Without an answer it is revoked {over}; that can be undone for a while.", over=over)
    else:
        silence = words("Without an answer it stays, and I ask again later.")
    sure = confirm(
        words("Revoke {id}?", id=request.id),
        words("Programs that use the key stop working at once."),
        words("Revoke"),
        words("Not now"),
        style="danger",
    )
    return text, [
        section(f"💤 {text}"),
        actions(
            f"idle:{request.id}",
            button(KEEP, words("Keep it"), request.id, style="primary"),
            button(REVOKE, words("Revoke it"), request.id, style="danger", confirm=sure),
        ),
        context(silence),
    ]


def _outcome(words: Words, request: KeyRequest) -> Message:
    if request.live:
        text = words("The Gemini key of *{id}* stays.", id=request.id)
    else:
        text = words("The Gemini key of *{id}* was idle. It is taken away.", id=request.id)
    return text, [section(text)]
