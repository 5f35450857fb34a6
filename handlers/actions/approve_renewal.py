"""The button [Approve]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.renew import approve_renewal as approve
from handlers.payload import value
from handlers.surfaces import renewal_card

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Approve a renewal at the click; the card follows by itself."""

    @app.action(renewal_card.APPROVE)
    async def approve_renewal(ack: AsyncAck, body: dict[str, Any]) -> None:
        await approve(front.desk, front.team_id, value(body), await front.person(body))
        await ack()
