"""The form for a key, sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.submit import submit
from handlers.surfaces import request_modal

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Keep the request, then say so; the view's id makes a second delivery the same request."""

    @app.view(request_modal.CALLBACK_ID)
    async def request_key(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        words = await front.words(body)
        form = request_modal.read(words, view)
        if form.draft is None:
            await ack(response_action="errors", errors=form.errors)
            return
        request = await submit(front.desk, form.draft, await front.person(body), once=view["id"])
        await ack(response_action="update", view=request_modal.sent(words, request))
