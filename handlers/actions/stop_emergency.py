"""The button [Revoke the key] of a key that was taken in an emergency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.break_glass import stop
from handlers.payload import value
from handlers.surfaces import emergency

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Take the key away again."""

    @app.action(emergency.STOP)
    async def stop_emergency(ack: AsyncAck, body: dict[str, Any]) -> None:
        await stop(front.desk, front.team_id, value(body), await front.person(body))
        await ack()
