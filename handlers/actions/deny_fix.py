"""The button [Deny] on the card of a fix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.fixes import fix
from handlers.payload import value
from handlers.surfaces import repair_card

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Decide at the click; the card follows by itself."""

    @app.action(repair_card.DENY)
    async def deny_fix(ack: AsyncAck, body: dict[str, Any]) -> None:
        await fix.deny(front.bench, front.team_id, value(body), await front.person(body))
        await ack()
