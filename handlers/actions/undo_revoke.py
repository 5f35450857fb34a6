"""The button [Undo]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.revoke import undo
from handlers.payload import value
from handlers.surfaces import care

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Bring a revoked key back."""

    @app.action(care.UNDO)
    async def undo_revoke(ack: AsyncAck, body: dict[str, Any]) -> None:
        await undo(front.desk, front.team_id, value(body), await front.person(body))
        await ack()
