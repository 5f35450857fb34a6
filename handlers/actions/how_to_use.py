"""The button [How to use it]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.payload import trigger, value
from handlers.surfaces import requester_dm, secret_link, vertex

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Show commands, never the key."""

    @app.action(requester_dm.HOW_TO_USE)
    async def how_to_use(ack: AsyncAck, body: dict[str, Any]) -> None:
        request = await front.desk.requests.get(front.team_id, value(body))
        surface = vertex if vertex.applies(request) else secret_link
        await front.outbox.open_view(trigger(body), surface.how_to_use(await front.words(body), request))
        await ack()
