"""Home tabs: what stands on one, and those that people look at these days kept up to date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.rules import check_member
from bot.errors import BotError
from bot.operations.desk import decider_ids
from handlers.outbox import kind_of
from handlers.surfaces import home

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.store.people import Profiles
    from handlers.front import Front

WATCHED_FOR = timedelta(days=1)
# More than anybody reads at one sitting; the lists say that they are cut.
MOST_MINE, MOST_PENDING = 50, 100
# Requests whose Homes this process remembers to be up to date.
REMEMBERED = 1000

log = structlog.get_logger(__name__)


async def publish(front: Front, user_id: str) -> None:
    """Render and publish one person's Home."""
    mine = await front.desk.requests.mine(front.team_id, user_id, limit=MOST_MINE)
    waiting, more = await _waiting(front, user_id)
    view = home.build(
        await front.words({"user_id": user_id}),
        front.policy(),
        mine=mine,
        waiting=waiting,
        more_waiting=more,
        console=front.console,
        has_deputy=user_id in front.policy().direct,
        now=front.desk.now(),
    )
    await front.outbox.publish_home(user_id, view)


async def _waiting(front: Front, user_id: str) -> tuple[list[KeyRequest], bool]:
    """List what this person may decide now, and tell whether there may be more than was looked at.

    Nothing where Slack does not say who may decide.
    """
    pending = await front.desk.requests.pending(front.team_id, limit=MOST_PENDING)
    try:
        check_member(await front.directory.person(front.team_id, user_id), front.team_id)
        waiting = [request for request in pending if await _is_for(front, request, user_id)]
    except BotError:
        return [], False
    return waiting, bool(waiting) and len(pending) == MOST_PENDING


async def _is_for(front: Front, request: KeyRequest, user_id: str) -> bool:
    return user_id not in _settled(request) and user_id in await decider_ids(front.desk, request)


def _settled(request: KeyRequest) -> set[str]:
    """Name those for whom there is nothing left to decide: who asked, and who approved already."""
    return {request.requester.user_id, *(approval.by.user_id for approval in request.approvals)}


class Homes:
    """Publishes to whoever opened Home within a day and is concerned: the requester and the approvers."""

    def __init__(self, front: Front, profiles: Profiles) -> None:
        """`profiles` knows who watches."""
        self._front = front
        self._profiles = profiles
        self._published: dict[str, str] = {}

    async def refresh(self, request: KeyRequest) -> None:
        """Publish the Homes that this request stands on, once for each state: they show no more of it."""
        seen = f"{request.state}:{len(request.approvals)}:{request.escalated}"
        if self._published.pop(request.id, "") != seen:
            await self._publish(request)
        self._published[request.id] = seen
        if len(self._published) > REMEMBERED:
            del self._published[next(iter(self._published))]

    async def _publish(self, request: KeyRequest) -> None:
        """Publish each Home; one that fails spoils no other, and is read anew when it is opened."""
        front = self._front
        try:
            watchers = await self._profiles.watchers(front.team_id, front.desk.now() - WATCHED_FOR)
            concerned = await decider_ids(front.desk, request) | {request.requester.user_id}
        except BotError as error:
            log.info("home.skipped", kind=kind_of(error))
            return
        for user_id in watchers & concerned:
            try:
                await publish(front, user_id)
            except (BotError, SlackApiError, aiohttp.ClientError, TimeoutError) as error:
                log.info("home.skipped", user=user_id, kind=kind_of(error))
