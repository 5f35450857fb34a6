"""The button [Try again]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.retry import retry
from handlers.payload import value
from handlers.surfaces import request_card

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Set the workers on a failed request again."""

    @app.action(request_card.RETRY)
    async def retry_request(ack: AsyncAck, body: dict[str, Any]) -> None:
        await retry(front.desk, front.team_id, value(body), await front.person(body))
        await ack()
