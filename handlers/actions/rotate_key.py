"""The button [Rotate]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.rotate import rotate
from handlers.payload import value
from handlers.surfaces import care

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Have a new key made beside the old one."""

    @app.action(care.ROTATE)
    async def rotate_key(ack: AsyncAck, body: dict[str, Any]) -> None:
        await rotate(front.desk, front.team_id, value(body), await front.person(body))
        await ack()
