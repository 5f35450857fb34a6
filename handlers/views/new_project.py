"""The form for a new project: opened by a command or a button, and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.rules import check_requester
from bot.errors import Refused
from bot.operations.projects.new_project import ask
from bot.operations.projects.new_project_rules import environments_for, rules_of
from handlers.payload import in_modal, once, trigger
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
        asked = await ask(front.bench, person, *form.read(view), once=once(body))
        await ack(response_action="update", view=repair_dm.view(await front.words(body), asked))


async def open_form(front: Front, body: dict[str, Any]) -> None:
    """Open the form for who may ask, where the policy has new projects made; on top of an open one."""
    person, new = await front.person(body), rules_of(front.policy())
    check_requester(person, front.policy(), front.team_id)
    environments = await environments_for(front.desk, person)
    if not environments:
        raise Refused("Only certain people may ask for a new project. Your admin knows whom.")
    view = form.build(await front.words(body), new, environments)
    await front.outbox.open_view(trigger(body), view, on_top=in_modal(body))
