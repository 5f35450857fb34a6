"""Somebody's account was changed, or switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.operations.offboard import left
from bot.operations.staff import check_staff
from handlers.payload import user_id

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Believe the new profile from now on; see off who has left. Slack may say it again."""

    @app.event("user_change")
    async def user_change(body: dict[str, Any], event: dict[str, Any]) -> None:
        user, who = event.get("user"), user_id(body)
        if not who or not isinstance(user, dict):
            return
        await front.directory.learn(front.team_id, user)
        if user.get("deleted") is True:
            await left(front.bench, front.team_id, who)
            front.directory.forget()
            await check_staff(front.desk, front.offices, front.team_id)
