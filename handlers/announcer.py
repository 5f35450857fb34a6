"""Show each request as it stands: messages are projections of the record, and may be lost or repeated."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.key_request import GRANTING
from bot.errors import NotFound, Unavailable
from bot.store.messages import Place
from bot.words import Words
from handlers.outbox import error_word
from handlers.surfaces import request_card, requester_dm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.key_request import KeyRequest
    from bot.store.announcements import Announcements
    from bot.store.messages import Messages
    from bot.store.requests import Requests
    from handlers.front import Front
    from handlers.homes import Homes
    from handlers.surfaces.requester_dm import Message

# A reader that took entries and is silent for this long is dead; longer than a lease lives.
IDLE = timedelta(seconds=40)
WAIT = timedelta(seconds=2)
AT_ONCE = 8
# Ticks of a progress list closer together than this are shown as one.
BREATH = 0.5
REST_AFTER_ERROR = 2.0
# Slack will say the same tomorrow: this surface cannot be shown, and others still can.
HOPELESS = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "user_not_found",
        "user_disabled",
        "cannot_dm_bot",
        "invalid_blocks",
        "msg_too_long",
        "missing_scope",
        "messages_tab_disabled",
        "restricted_action",
        "method_not_supported_for_channel_type",
    }
)

log = structlog.get_logger(__name__)


class Announcer:
    """One of possibly many; the consumer group shares the work, the lease keeps one at a request."""

    def __init__(
        self,
        front: Front,
        requests: Requests,
        messages: Messages,
        stream: Announcements,
        homes: Homes,
        token: str,
    ) -> None:
        """`token` names this announcer's leases, unlike any other's."""
        self._front = front
        self._requests = requests
        self._messages = messages
        self._stream = stream
        self._homes = homes
        self._token = token

    async def run(self) -> None:
        """Read and show until cancelled; an outage of Redis or Slack only delays."""
        busy: set[asyncio.Task[None]] = set()
        try:
            while True:
                try:
                    for request_id, entries in await self._next():
                        while len(busy) >= AT_ONCE:
                            await asyncio.wait(busy, return_when=asyncio.FIRST_COMPLETED)
                        task = asyncio.create_task(self._show(request_id, entries))
                        busy.add(task)
                        task.add_done_callback(busy.discard)
                except Unavailable:
                    await asyncio.sleep(REST_AFTER_ERROR)
        finally:
            for task in busy:
                task.cancel()
            await asyncio.gather(*busy, return_exceptions=True)

    async def _next(self) -> list[tuple[str, list[str]]]:
        """Group new entries, or else abandoned ones, by request: many changes are one showing."""
        found = await self._stream.read(WAIT) or await self._stream.claim(IDLE)
        grouped: dict[str, list[str]] = {}
        for entry, request_id in found:
            grouped.setdefault(request_id, []).append(entry)
        return list(grouped.items())

    async def _show(self, request_id: str, entries: list[str]) -> None:
        try:
            await self.show(request_id)
        except NotFound:
            pass  # retention has taken it
        except (Unavailable, SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            kind = error_word(error) if isinstance(error, SlackApiError) else type(error).__name__
            log.warning("announcement.delayed", request=request_id, kind=kind)
            return
        await self._stream.done(*entries)

    async def show(self, request_id: str) -> None:
        """Bring every surface up to date, until the record stays as it was rendered."""
        team_id = self._front.team_id
        if not await self._messages.lease(team_id, request_id, self._token):
            return  # whoever holds it will see the newer record when he is done
        while True:
            request, version = await self._requests.read(team_id, request_id)
            await self._messages.keep(team_id, request_id)
            await self._bring_up_to_date(request)
            if await self._messages.release(team_id, request_id, self._token, version):
                return
            if request.state in GRANTING:
                await asyncio.sleep(BREATH)

    async def _bring_up_to_date(self, request: KeyRequest) -> None:
        places = await self._messages.places(request.team_id, request.id)
        words = Words(await self._front.directory.locale(request.team_id, request.requester.user_id))
        for surface, channel, message in self._surfaces(request, words):
            try:
                await self._put(request, surface, channel, message, places.get(surface))
            except SlackApiError as error:
                if error_word(error) not in HOPELESS:
                    raise
                log.warning(
                    "announcement.hopeless", request=request.id, surface=surface, error=error_word(error)
                )
        await self._homes.refresh(request)

    def _surfaces(self, request: KeyRequest, words: Words) -> Iterator[tuple[str, str, Message]]:
        """List what should be seen: the approvers' card, the live DM, a DM for each outcome."""
        policy, public = self._front.policy(), Words()
        card = request_card.text(public, request), request_card.build(public, request, policy)
        yield "card", policy.approval.channel, card
        for surface, message in requester_dm.outcome(words, request, self._front.console).items():
            yield surface, "", message
        yield "dm", "", requester_dm.live(words, request)

    async def _put(
        self, request: KeyRequest, surface: str, channel: str, message: Message, place: Place | None
    ) -> None:
        """Post or update one message, unless it says so already. No channel means the requester's DM."""
        text, blocks = message
        digest = hashlib.sha256(json.dumps([text, blocks]).encode()).hexdigest()[:16]
        if place and place.digest == digest:
            return
        if place and await self._front.outbox.update(place.channel, place.ts, text, blocks):
            posted, ts = place.channel, place.ts
        else:
            where = channel or await self._front.outbox.direct(request.requester.user_id)
            posted, ts = await self._front.outbox.post(where, text, blocks)
        await self._messages.put(request.team_id, request.id, surface, Place(posted, ts, digest))
