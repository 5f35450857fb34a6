"""What people are told because time passes: approvers in the card's thread, holders in their DM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.calendar import days_left
from bot.domain.key_request import State
from handlers.surfaces import care
from handlers.surfaces.blocks import Block, actions, context, section
from handlers.surfaces.text import called, date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.approvers import Route
    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words
    from handlers.surfaces.blocks import Message

# Surfaces whose name begins so stand in the thread of the card.
IN_THREAD = "reminder-"


def to_approvers(words: Words, request: KeyRequest, route: Route) -> Iterator[tuple[str, Message]]:
    """Remind in the thread while it is undecided; each group is called by name once, when its turn comes."""
    if request.state is not State.PENDING:
        return
    over = date(request.lapses_at)
    for number, group in enumerate(route.later[: request.escalated], start=1):
        said = words("Nobody decided {id} yet, so you may, too. It lapses {over}.", id=request.id, over=over)
        yield _in_thread(f"{IN_THREAD}group-{number}", f"{called(group)} {said}", "⤴️")
    if request.reminded:
        said = words("{id} still waits for a decision. It lapses {over}.", id=request.id, over=over)
        text = f"{called(route.first)} {said}" if request.reminded == 1 else said
        yield _in_thread(f"{IN_THREAD}{request.reminded}", text, "⏳")


def _in_thread(surface: str, text: str, sign: str) -> tuple[str, Message]:
    return surface, (text, [section(f"{sign} {text}")])


def to_holder(words: Words, request: KeyRequest) -> Iterator[tuple[str, Message]]:
    """Warn that a live key is about to end."""
    if not request.live or not request.warned or not request.expires_at:
        return
    text = words(
        "The Gemini key of *{id}* for `{project}` expires {expires}.",
        id=request.id,
        project=request.project_id,
        expires=date(request.expires_at),
    )
    again = f"{request.renewals}-" if request.renewals else ""
    yield f"expires-{again}{days_left(request, request.warned)}", (text, _warning(words, request, text))


def _warning(words: Words, request: KeyRequest, text: str) -> list[Block]:
    """Offer what can be done about it; who has said to let it expire can still renew."""
    silent = [context(words("You let it expire. I won't remind you again."))] if request.let_expire else []
    buttons = [care.renew(words, request)]
    if not request.let_expire:
        buttons.append(care.let_expire(words, request))
    return [section(f"⏳ {text}"), *silent, actions(f"expires:{request.id}", *buttons)]
