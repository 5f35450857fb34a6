"""The form of an emergency: opened for who may, and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.break_glass import break_glass, check_allowed
from handlers.payload import in_modal, once, trigger
from handlers.surfaces import emergency
from handlers.surfaces.request_modal import MOST_OPTIONS

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Grant it, then say so; the view's id makes a second delivery the same grant."""

    @app.view(emergency.CALLBACK_ID)
    async def take(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        words, person = await front.words(body), await front.person(body)
        allowed = await check_allowed(front.desk, person)
        form = emergency.read(words, view, allowed.lifetime)
        if form.draft is None:
            await ack(response_action="errors", errors=form.errors)
            return
        request = await break_glass(front.desk, form.draft, person, once=once(body))
        await ack(response_action="update", view=emergency.taken(words, request))


async def open_form(front: Front, body: dict[str, Any], project_id: str) -> None:
    """Open the form for who may take a key unasked."""
    allowed = await check_allowed(front.desk, await front.person(body))
    policy, words = front.policy(), await front.words(body)
    readiness = await front.readiness.of([project.id for project in policy.projects[:MOST_OPTIONS]])
    view = emergency.build(words, policy, readiness, allowed.lifetime, project_id)
    await front.outbox.open_view(trigger(body), view, on_top=in_modal(body))
