"""The button [Revoke it] under the question whether an idle key is still needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.revoke import revoke
from handlers.payload import value
from handlers.surfaces import idle_dm

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Take an idle key away."""

    @app.action(idle_dm.REVOKE)
    async def revoke_idle(ack: AsyncAck, body: dict[str, Any]) -> None:
        await revoke(front.desk, front.team_id, value(body), await front.person(body), "idle")
        await ack()
