"""The button [Deny…]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.decide import check_pending
from handlers.payload import trigger, value
from handlers.surfaces import deny_modal, request_card

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Ask for the reason; authority is checked now and again when the form is sent."""

    @app.action(request_card.DENY)
    async def deny_request(ack: AsyncAck, body: dict[str, Any]) -> None:
        request = await check_pending(front.desk, front.team_id, value(body), await front.person(body))
        await front.outbox.open_view(trigger(body), deny_modal.build(await front.words(body), request))
        await ack()
