"""The button [Deny…] of a renewal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.renew import check_pending
from handlers.payload import trigger, value
from handlers.surfaces import deny_modal, renewal_card

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Ask for the reason; authority is checked now and again when the form is sent."""

    @app.action(renewal_card.DENY)
    async def deny_renewal(ack: AsyncAck, body: dict[str, Any]) -> None:
        request = await check_pending(front.desk, front.team_id, value(body), await front.person(body))
        view = deny_modal.build(await front.words(body), request, deny_modal.RENEWAL)
        await front.outbox.open_view(trigger(body), view)
        await ack()
