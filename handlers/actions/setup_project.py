"""The button [Set up the project] where a key could not be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.projects import set_up
from handlers.payload import value
from handlers.surfaces import request_card

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Begin a checklist for the project of the card; it comes into the presser's DM."""

    @app.action(request_card.SET_UP)
    async def setup_project(ack: AsyncAck, body: dict[str, Any]) -> None:
        person, once = await front.person(body), str(body.get("trigger_id") or "")
        begun = await set_up.ask(front.setup_desk, front.team_id, person, value(body), once=once)
        words = await front.words(body)
        told = words("*{id}*: I look at `{project}` and DM you the list.", id=begun.id, project=value(body))
        await front.outbox.whisper(body, told)
        await ack()
