"""The form for a later end: opened by a command or a button, and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.renew import check_renewable, renew
from handlers.payload import trigger
from handlers.surfaces import renewal_modal

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Keep the wish, then say so; a second delivery finds it asked already."""

    @app.view(renewal_modal.CALLBACK_ID)
    async def renew_key(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        request_id, lifetime = renewal_modal.read(view)
        request = await renew(front.desk, front.team_id, request_id, await front.person(body), lifetime)
        await ack(response_action="update", view=renewal_modal.sent(await front.words(body), request))


async def open_form(front: Front, body: dict[str, Any], request_id: str) -> None:
    """Open the form for who may ask for a later end of this key."""
    request = await check_renewable(front.desk, front.team_id, request_id, await front.person(body))
    environment = front.policy().environments.get(request.environment)
    lifetimes = environment.lifetimes if environment else (request.lifetime,)
    view = renewal_modal.build(await front.words(body), request, lifetimes, front.desk.now())
    await front.outbox.open_view(trigger(body), view)
