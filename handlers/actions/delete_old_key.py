"""The button [Delete it anyway]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.rotate import retire_anyway
from handlers.payload import value
from handlers.surfaces import care

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Let the old key go, used or not."""

    @app.action(care.DELETE_OLD)
    async def delete_old_key(ack: AsyncAck, body: dict[str, Any]) -> None:
        await retire_anyway(front.desk, front.team_id, value(body), await front.person(body))
        await ack()
