"""The button [Revoke]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.revoke import revoke
from handlers.payload import value
from handlers.surfaces import care

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Have the key taken away; the messages follow by themselves."""

    @app.action(care.REVOKE)
    async def revoke_key(ack: AsyncAck, body: dict[str, Any]) -> None:
        await revoke(front.desk, front.team_id, value(body), await front.person(body))
        await ack()
