"""The step of a workflow that asks for a key in somebody's name; its end is reported by `step_reports`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.via import Via
from bot.operations.submit import submit
from handlers.payload import step
from handlers.surfaces import workflow_step

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Keep the request; Slack's id of the execution makes a second delivery the same request."""

    @app.function(workflow_step.CALLBACK_ID, auto_acknowledge=False)
    async def request_gemini_key(ack: AsyncAck, body: dict[str, Any], event: dict[str, Any]) -> None:
        via, inputs = Via(execution=step(body)), event.get("inputs") or {}
        draft = workflow_step.read(inputs)
        person = await front.directory.person(front.team_id, workflow_step.person(inputs))
        await submit(front.desk, draft, person, once=str(via), via=via)
        await ack()
