"""The form that asks of which project all keys are listed, sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers import survey
from handlers.surfaces import old_keys_modal

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Have them listed; the list comes by DM."""

    @app.view(old_keys_modal.CALLBACK_ID)
    async def old_keys(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        text, _ = await survey.ask(front, body, old_keys_modal.read(view))
        await ack(response_action="update", view=old_keys_modal.asked(await front.words(body), text))
