"""The button [Send to my DM]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.why_403.ask import found
from handlers.payload import value
from handlers.surfaces import why_answer

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Keep an answer that would go with the modal."""

    @app.action(why_answer.SEND)
    async def why_403_send(ack: AsyncAck, body: dict[str, Any]) -> None:
        person = await front.person(body)
        case = await found(front.inquiries, person, value(body))
        if case.report is not None:
            text, blocks = why_answer.message(await front.words(body), case)
            await front.outbox.post(await front.outbox.direct(person.user_id), text, blocks)
        await ack()
