"""The button [Let it expire]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.renew import let_expire as silence
from handlers.payload import value
from handlers.surfaces import care

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Silence the warnings that are still to come."""

    @app.action(care.LET_EXPIRE)
    async def let_expire(ack: AsyncAck, body: dict[str, Any]) -> None:
        await silence(front.desk, front.team_id, value(body), await front.person(body))
        await ack()
