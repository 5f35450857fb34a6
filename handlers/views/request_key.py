"""The form for a key: opened by a command or a button, and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.rules import check_requester
from bot.errors import Refused
from bot.operations.projects.new_project_rules import may_make
from bot.operations.submit import submit, waiting
from handlers.payload import in_modal, once, trigger
from handlers.surfaces import request_modal

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Keep the request, then say so; the view's id makes a second delivery the same request."""

    @app.view(request_modal.CALLBACK_ID)
    async def request_key(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        words = await front.words(body)
        form = request_modal.read(words, view)
        if form.draft is None:
            await ack(response_action="errors", errors=form.errors)
            return
        request = await submit(front.desk, form.draft, await front.person(body), once=once(body))
        await ack(response_action="update", view=request_modal.sent(words, request))


async def open_form(front: Front, body: dict[str, Any], project_id: str = "", kind: str = "") -> None:
    """Open the form for who may ask; what stands on it comes from memory, because the trigger lives 3 s."""
    words, policy, person = await front.words(body), front.policy(), await front.person(body)
    check_requester(person, policy, front.team_id)
    if policy.project(project_id):
        already = await waiting(front.desk, person, project_id)
        if already:
            raise Refused("You already have {id} waiting for {project}.", id=already.id, project=project_id)
    readiness = await front.readiness.of(
        [project.id for project in policy.projects[: request_modal.MOST_OPTIONS]]
    )
    office = await front.offices.get(front.team_id)
    view = request_modal.build(
        words,
        policy,
        readiness,
        project_id=project_id,
        kind=kind,
        office=office,
        may_make=await may_make(front.desk, person),
    )
    await front.outbox.open_view(trigger(body), view, on_top=in_modal(body))
