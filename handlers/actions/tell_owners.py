"""The button [Write to the owners] under a list of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers import survey
from handlers.payload import value
from handlers.surfaces import found_key

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Have it done behind the answer; who pressed hears whom it reached."""

    @app.action(found_key.TELL_OWNERS)
    async def tell_owners(ack: AsyncAck, body: dict[str, Any]) -> None:
        await front.outbox.whisper(body, await survey.tell_owners(front, body, value(body)))
        await ack()
