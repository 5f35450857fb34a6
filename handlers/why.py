"""Ask why-403 from anywhere in Slack: the workers answer, and the answer comes to where it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.diagnosis.facts import Facts
from bot.diagnosis.judge import judge
from bot.diagnosis.verdict import error_of
from bot.domain.key_request import State
from bot.operations.why_403.ask import question, send
from handlers.payload import trigger
from handlers.surfaces import why_modal

if TYPE_CHECKING:
    from bot.diagnosis.case import Case
    from bot.domain.key_request import KeyRequest
    from handlers.front import Front

MOST_KEYS = 50


async def ask_in_view(front: Front, body: dict[str, Any], text: str = "", request_id: str = "") -> None:
    """Open a modal that says "looking" first, because the trigger lives 3 s; the answer comes into it."""
    case = question(front.inquiries, await front.person(body), text, request_id=request_id)
    words = await front.words(body)
    view_id = await front.outbox.open_view(trigger(body), why_modal.looking(words, case, guess(case)))
    await send(front.inquiries, case, why_modal.place(case.id, view_id))


async def open_form(front: Front, body: dict[str, Any]) -> None:
    """Open the paste box."""
    view = why_modal.build(await front.words(body), front.policy(), await live_keys(front, body))
    await front.outbox.open_view(trigger(body), view)


async def live_keys(front: Front, body: dict[str, Any]) -> list[KeyRequest]:
    """List the live keys of who acted."""
    person = await front.person(body)
    mine = await front.desk.requests.mine(front.team_id, person.user_id, limit=MOST_KEYS)
    return [request for request in mine if request.state is State.ACTIVE]


def guess(case: Case) -> str:
    """Say what the text alone says, in English where no catalogue has it; empty when nothing."""
    if case.parsed is None:
        return ""
    best = next(iter(judge(error_of(case), Facts())), None)
    return str(best.title) if best else ""
