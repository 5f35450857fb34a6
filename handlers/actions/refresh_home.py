"""The button [Refresh]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.announcing import homes
from handlers.payload import user_id
from handlers.surfaces import home

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Show Home as it is now."""

    @app.action(home.REFRESH)
    async def refresh_home(ack: AsyncAck, body: dict[str, Any]) -> None:
        await homes.publish(front, user_id(body))
        await ack()
