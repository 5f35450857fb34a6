"""The button on a setup's list by which its asker asks for roles for some hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.projects import own_roles
from handlers.payload import value
from handlers.surfaces import repair_dm, setup_card

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Write it down; somebody else decides it on a card."""

    @app.action(setup_card.ROLES)
    async def setup_roles(ack: AsyncAck, body: dict[str, Any]) -> None:
        person = await front.person(body)
        repair = await own_roles.ask(front.setup_desk, front.bench, front.team_id, value(body), person)
        await front.outbox.whisper(body, repair_dm.sent(await front.words(body), repair))
        await ack()
