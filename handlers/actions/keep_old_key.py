"""The button [Give it a week more]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.rotate import keep_longer
from handlers.payload import value
from handlers.surfaces import care

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Leave the old key for another week."""

    @app.action(care.KEEP_OLD)
    async def keep_old_key(ack: AsyncAck, body: dict[str, Any]) -> None:
        await keep_longer(front.desk, front.team_id, value(body), await front.person(body))
        await ack()
