"""The button [Check again]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.why_403.ask import found, send
from handlers.payload import value
from handlers.surfaces import why_answer

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Read the facts anew; the answer replaces the old one where it stands."""

    @app.action(why_answer.AGAIN)
    async def why_403_again(ack: AsyncAck, body: dict[str, Any]) -> None:
        case = await found(front.inquiries, await front.person(body), value(body))
        url = body.get("response_url")
        await send(front.inquiries, case, {"url": str(url)} if url else case.place)
        await ack()
