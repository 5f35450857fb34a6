"""Somebody joined a user group, or left it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.staff import check_staff

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Ask Slack anew who may decide, and notice when nobody is left."""

    @app.event("subteam_members_changed")
    async def subteam_members_changed(event: dict[str, Any]) -> None:
        front.directory.forget(str(event.get("subteam_id") or ""))
        await check_staff(front.desk, front.offices, front.team_id)
