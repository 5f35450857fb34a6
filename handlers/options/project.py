"""Projects, when there are more than fit a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.surfaces import request_modal

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Offer the projects whose id holds what was typed."""

    @app.options(request_modal.PROJECT)
    async def project(ack: AsyncAck, body: dict[str, Any]) -> None:
        typed = str(body.get("value") or "").lower()
        found = [p.id for p in front.policy().projects if typed in p.id][: request_modal.MOST_OPTIONS]
        words, readiness = await front.words(body), await front.readiness.of(found)
        await ack(
            options=[request_modal.project_option(words, project_id, readiness) for project_id in found]
        )
