"""The button [Open in Secret Manager]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.surfaces import requester_dm

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Ack: the browser has opened the link already, but Slack tells us as well."""

    @app.action(requester_dm.OPEN_SECRET)
    async def open_secret(ack: AsyncAck) -> None:
        await ack()
