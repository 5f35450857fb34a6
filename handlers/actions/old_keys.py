"""The button [Old keys…] on Home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.desk import check_overseer
from handlers.payload import trigger
from handlers.surfaces import old_keys_modal

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Ask approvers and admins of which project."""

    @app.action(old_keys_modal.OPEN)
    async def old_keys(ack: AsyncAck, body: dict[str, Any]) -> None:
        await check_overseer(front.desk, front.team_id, await front.person(body))
        view = old_keys_modal.build(await front.words(body), front.policy())
        await front.outbox.open_view(trigger(body), view)
        await ack()
