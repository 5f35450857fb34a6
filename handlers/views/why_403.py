"""The form of why-403, sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.why_403.ask import question, send
from handlers.surfaces import why_modal
from handlers.why import guess

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Send the question to the workers, and say so in place of the form."""

    @app.view(why_modal.CALLBACK_ID)
    async def why_403(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        text, request_id, project_id = why_modal.read(view)
        asker = await front.person(body)
        case = question(front.inquiries, asker, text, request_id=request_id, project_id=project_id)
        await send(front.inquiries, case, why_modal.place(case.id, str(view.get("id") or "")))
        await ack(
            response_action="update",
            view=why_modal.looking(await front.words(body), case, guess(case)),
        )
