"""The form for a no to a renewal, sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.renew import deny_renewal as deny
from handlers.surfaces import deny_modal

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Deny with the reason; the key keeps its end."""

    @app.view(deny_modal.RENEWAL)
    async def deny_renewal(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        request_id, reason = deny_modal.read(view)
        await deny(front.desk, front.team_id, request_id, await front.person(body), reason)
        await ack()
