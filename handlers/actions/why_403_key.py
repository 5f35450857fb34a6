"""The button [It doesn't work] beside a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.payload import value
from handlers.surfaces import requester_dm
from handlers.why import ask_in_view

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Check this one key, live, without any error text."""

    @app.action(requester_dm.WHY_KEY)
    async def why_403_key(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ask_in_view(front, body, request_id=value(body))
        await ack()
