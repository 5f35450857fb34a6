"""The app was taken out of a workspace, or its tokens were revoked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncApp

    from handlers.front import Front

EVENTS = ("app_uninstalled", "tokens_revoked")


@dataclass(frozen=True, slots=True)
class Uninstalled:
    """Look whether it is so: Slack may say it late, when the app is installed again."""

    look: Callable[[str], Awaitable[None]]

    def register(self, app: AsyncApp, front: Front) -> None:
        """Hear both events, which come together when the app is taken out."""

        async def gone() -> None:
            await self.look(front.team_id)

        for event in EVENTS:
            app.event(event)(gone)
