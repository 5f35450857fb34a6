"""Somebody looks at the app's Home tab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.announcing import homes
from handlers.payload import user_id

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Show Home as it is now."""

    @app.event("app_home_opened")
    async def app_home_opened(body: dict[str, Any], event: dict[str, Any]) -> None:
        who = user_id(body)
        if who and event.get("tab", "home") == "home":
            await front.profiles.watch(front.team_id, who, front.desk.now())
            await homes.publish(front, who)
