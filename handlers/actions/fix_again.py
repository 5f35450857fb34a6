"""The button [Try again] where a new project stopped half-way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.fixes.again import again
from handlers.payload import value
from handlers.surfaces import half_made

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Set the workers on it again; card and DM follow by themselves."""

    @app.action(half_made.AGAIN)
    async def fix_again(ack: AsyncAck, body: dict[str, Any]) -> None:
        await again(front.bench, front.team_id, value(body), await front.person(body))
        await ack()
