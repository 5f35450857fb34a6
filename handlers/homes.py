"""Home tabs that people look at these days, kept up to date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import BotError
from bot.operations.desk import approver_ids
from handlers.events.app_home_opened import publish_home
from handlers.outbox import error_word

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.store.people import Profiles
    from handlers.front import Front

WATCHED_FOR = timedelta(days=1)

log = structlog.get_logger(__name__)


class Homes:
    """Publishes to whoever opened Home within a day and is concerned: the requester and the approvers."""

    def __init__(self, front: Front, profiles: Profiles) -> None:
        """`profiles` knows who watches."""
        self._front = front
        self._profiles = profiles

    async def refresh(self, request: KeyRequest) -> None:
        """Publish the Homes that this request stands on; a Home that fails is read anew when opened."""
        front = self._front
        since = front.desk.now() - WATCHED_FOR
        watchers = await self._profiles.watchers(front.team_id, since)
        if not watchers:
            return
        try:
            concerned = await approver_ids(front.desk, front.team_id) | {request.requester.user_id}
            for user_id in watchers & concerned:
                await publish_home(front, user_id)
        except SlackApiError as error:
            log.info("home.skipped", error=error_word(error))
        except BotError as error:
            log.info("home.skipped", error=error.template)
