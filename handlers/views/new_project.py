"""The form for a new project: opened by `/gemini-key setup new`, and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.rules import check_requester
from bot.operations.new_project import ask
from bot.operations.new_project_rules import rules_of
from handlers.front import trigger
from handlers.surfaces import new_project as form
from handlers.surfaces import repair_dm

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Write it down, then say so; the approvers get the card of a fix."""

    @app.view(form.CALLBACK_ID)
    async def new_project(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        person = await front.person(body)
        asked = await ask(front.bench, person, *form.read(view), once=view["id"])
        await ack(response_action="update", view=repair_dm.view(await front.words(body), asked))


async def open_form(front: Front, body: dict[str, Any]) -> None:
    """Open the form for who may ask, where the policy has new projects made."""
    check_requester(await front.person(body), front.policy(), front.team_id)
    view = form.build(await front.words(body), rules_of(front.policy()))
    await front.outbox.open_view(trigger(body), view)
