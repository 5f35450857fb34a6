"""The button [Find…] on Home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.desk import check_overseer
from handlers.payload import trigger
from handlers.surfaces import find_modal

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Open the form for approvers and admins."""

    @app.action(find_modal.OPEN)
    async def find(ack: AsyncAck, body: dict[str, Any]) -> None:
        await check_overseer(front.desk, front.team_id, await front.person(body))
        await front.outbox.open_view(trigger(body), find_modal.build(await front.words(body)))
        await ack()
