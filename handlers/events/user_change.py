"""Somebody's account was changed, or switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.offboard import left
from bot.operations.staff import check_staff

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Believe the new profile from now on; see off who has left. Slack may say it again."""

    @app.event("user_change")
    async def user_change(event: dict[str, Any]) -> None:
        user = event["user"]
        await front.directory.learn(front.team_id, user)
        if user.get("deleted"):
            await left(front.bench, front.team_id, str(user["id"]))
            front.directory.forget()
            await check_staff(front.desk, front.offices, front.team_id)
