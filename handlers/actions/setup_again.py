"""The button [Check again] on a setup's list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.projects import set_up
from handlers.payload import value
from handlers.surfaces import setup_card

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Look at everything again."""

    @app.action(setup_card.AGAIN)
    async def setup_again(ack: AsyncAck, body: dict[str, Any]) -> None:
        await set_up.again(front.setup_desk, front.team_id, value(body), await front.person(body))
        await ack()
