"""The button [Keep it] under the question whether an idle key is still needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.idle import keep
from handlers.payload import value
from handlers.surfaces import idle_dm

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Keep an idle key."""

    @app.action(idle_dm.KEEP)
    async def keep_idle(ack: AsyncAck, body: dict[str, Any]) -> None:
        await keep(front.desk, front.team_id, value(body), await front.person(body))
        await ack()
