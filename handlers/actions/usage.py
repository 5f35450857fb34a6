"""The buttons that show how a key was used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.payload import value
from handlers.surfaces import usage_answer
from handlers.usage import ask

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Ask the workers; the answer replaces the message that only this person sees."""

    @app.action(usage_answer.USAGE)
    async def usage(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ask(front, body, value(body))
        await ack()
