"""Somebody looks at the app's Home tab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.errors import BotError
from handlers.surfaces import home

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Show Home as it is now."""

    @app.event("app_home_opened")
    async def app_home_opened(event: dict[str, Any]) -> None:
        if event.get("tab", "home") == "home":
            await front.profiles.watch(front.team_id, event["user"], front.desk.now())
            await publish_home(front, event["user"])


async def publish_home(front: Front, user_id: str) -> None:
    """Render and publish one person's Home."""
    mine = await front.desk.requests.mine(front.team_id, user_id, limit=50)
    view = home.build(
        await front.words({"user_id": user_id}),
        front.policy(),
        mine=mine,
        waiting=await _waiting(front, user_id),
        console=front.console,
        now=front.desk.now(),
    )
    await front.outbox.publish_home(user_id, view)


async def _waiting(front: Front, user_id: str) -> list[Any]:
    """List what this person may decide; nothing when he is no approver, or Slack does not say."""
    try:
        await front.check_approver(await front.directory.person(front.team_id, user_id))
    except BotError:
        return []
    pending = await front.desk.requests.pending(front.team_id, limit=home.SHOWN)
    return [request for request in pending if request.requester.user_id != user_id]
