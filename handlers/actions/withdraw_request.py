"""The button [Withdraw]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.withdraw import withdraw
from handlers.payload import value
from handlers.surfaces import requester_dm

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Take one's own request back."""

    @app.action(requester_dm.WITHDRAW)
    async def withdraw_request(ack: AsyncAck, body: dict[str, Any]) -> None:
        await withdraw(front.desk, front.team_id, value(body), await front.person(body))
        await ack()
