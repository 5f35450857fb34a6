"""The questions of `/gemini-key compare`, answered one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.payload import view_id
from handlers.surfaces import compare_modal, compare_words

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Show what the answers lead to, below the questions."""

    async def compare(ack: AsyncAck, body: dict[str, Any]) -> None:
        chosen, allowed = compare_modal.read(body.get("view") or {}), front.policy().kinds.allowed
        shown = compare_modal.build(await front.words(body), chosen, allowed)
        await front.outbox.update_view(shown, view_id=view_id(body))
        await ack()

    for question in compare_words.QUESTIONS:
        app.action(question)(compare)
