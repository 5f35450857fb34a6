"""What people are told because time passes: approvers in the card's thread, holders in their DM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.calendar import days_left
from bot.domain.key_request import State
from handlers.surfaces.blocks import section
from handlers.surfaces.text import date, mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.key_request import KeyRequest
    from bot.domain.policy import Approvers
    from bot.words import Words
    from handlers.surfaces.requester_dm import Message

# Surfaces whose name begins so stand in the thread of the card.
IN_THREAD = "reminder-"


def to_approvers(words: Words, request: KeyRequest, approvers: Approvers) -> Iterator[tuple[str, Message]]:
    """Remind in the thread while it is undecided; the first one calls the whole group."""
    if request.state is not State.PENDING or not request.reminded:
        return
    over = date(request.lapses_at)
    if request.reminded == 1:
        group = f"<!subteam^{approvers.usergroup}>" if approvers.usergroup else ""
        whom = group or " ".join(mention(user) for user in sorted(approvers.users))
        said = words("{id} still waits for a decision. It lapses {over}.", id=request.id, over=over)
        text = f"{whom} {said}"
    else:
        text = words("{id} still waits for a decision. It lapses {over}.", id=request.id, over=over)
    yield f"{IN_THREAD}{request.reminded}", (text, [section(f"⏳ {text}")])


def to_holder(words: Words, request: KeyRequest) -> Iterator[tuple[str, Message]]:
    """Warn that a live key is about to end."""
    live = request.state is State.ACTIVE and not request.ending
    if not live or not request.warned or not request.expires_at:
        return
    text = words(
        "The Gemini key of *{id}* for `{project}` expires {expires}. Ask for a new one in time.",
        id=request.id,
        project=request.project_id,
        expires=date(request.expires_at),
    )
    yield f"expires-{days_left(request, request.warned)}", (text, [section(f"⏳ {text}")])
