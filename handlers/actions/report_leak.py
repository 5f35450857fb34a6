"""The button [Replace it now]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.rotate import report_leak as leak
from handlers.payload import value
from handlers.surfaces import care

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Have a leaked key deleted at once and another made."""

    @app.action(care.REPORT_LEAK)
    async def report_leak(ack: AsyncAck, body: dict[str, Any]) -> None:
        await leak(front.desk, front.team_id, value(body), await front.person(body))
        await ack()
