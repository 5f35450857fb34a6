"""Show requests and fixes as they stand: messages are projections of the record, and may be repeated."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.repair import PREFIX
from bot.errors import NotFound, Unavailable
from bot.store.messages import LEASE, Place
from bot.words import Words
from handlers.outbox import error_word
from handlers.projections import Record

if TYPE_CHECKING:
    from bot.store.announcements import Announcements
    from bot.store.messages import Messages
    from handlers.front import Front
    from handlers.projections import Projection, RepairProjection, RequestProjection
    from handlers.surfaces.requester_dm import Message

WAIT = timedelta(seconds=2)
# Entries that somebody took this long ago and has not finished are looked at by others: longer
# than the lease of a dead announcer lives, so that they can take it.
IDLE = timedelta(seconds=10)
LOOK_FOR_IDLE = 4.0
RENEW = LEASE.total_seconds() / 3
AT_ONCE = 8
# Ticks of a progress list closer together than this are shown as one.
BREATH = 0.5
REST_AFTER_ERROR = 1.0
TRIES = 8
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

# Errors that pass: Redis or Slack is away, or asks for patience.
DELAYS = (Unavailable, SlackApiError, aiohttp.ClientError, TimeoutError)

T = TypeVar("T", bound=Record)

log = structlog.get_logger(__name__)


class Announcer:
    """One of possibly many; the consumer group shares the work, the lease keeps one at a request."""

    def __init__(
        self,
        front: Front,
        messages: Messages,
        stream: Announcements,
        requests: RequestProjection,
        repairs: RepairProjection,
        token: str,
    ) -> None:
        """`token` names this announcer's leases, unlike any other's."""
        self._front = front
        self._messages = messages
        self._stream = stream
        self._requests = requests
        self._repairs = repairs
        self._token = token
        self._shown = 0
        self._looked_for_idle = 0.0

    async def run(self) -> None:
        """Read and show until cancelled; an outage of Redis or Slack only delays."""
        busy: set[asyncio.Task[None]] = set()
        try:
            while True:
                try:
                    for request_id, entries, claimed in await self._next():
                        while len(busy) >= AT_ONCE:
                            await asyncio.wait(busy, return_when=asyncio.FIRST_COMPLETED)
                        task = asyncio.create_task(self._show(request_id, entries, claimed=claimed))
                        busy.add(task)
                        task.add_done_callback(busy.discard)
                except Unavailable:
                    await asyncio.sleep(REST_AFTER_ERROR)
        finally:
            for task in busy:
                task.cancel()
            await asyncio.gather(*busy, return_exceptions=True)

    async def _next(self) -> list[tuple[str, list[str], bool]]:
        """Group new entries, and now and then abandoned ones, by request: many changes are one showing."""
        now = asyncio.get_running_loop().time()
        if now - self._looked_for_idle > LOOK_FOR_IDLE:
            self._looked_for_idle = now
            return _by_request(await self._stream.claim(IDLE), claimed=True)
        return _by_request(await self._stream.read(WAIT), claimed=False)

    async def _show(self, request_id: str, entries: list[str], *, claimed: bool) -> None:
        """Show a request and finish its entries; what cannot be shown now comes again."""
        try:
            shown = await self.show(request_id)
            # Whoever holds the lease sees the newer record before he lets go of it, and has an
            # unfinished entry of his own. A claimed entry may be exactly that one: leave it to him.
            if shown or not claimed:
                await self._stream.done(*entries)
        except DELAYS as error:
            log.warning("announcement.delayed", request=request_id, kind=_kind(error))

    async def show(self, request_id: str) -> bool:
        """Bring every surface up to date until the record stays as it was rendered; False if others do."""
        self._shown += 1
        token = f"{self._token}:{self._shown}"
        if not await self._messages.lease(self._front.team_id, request_id, token):
            return False
        renewing = asyncio.create_task(self._renew(request_id, token))
        try:
            if request_id.startswith(PREFIX):
                await self._render(self._repairs, request_id, token)
            else:
                await self._render(self._requests, request_id, token)
        except NotFound:
            pass  # retention has taken it
        finally:
            renewing.cancel()
        return True

    async def _render(self, projection: Projection[T], request_id: str, token: str) -> None:
        team_id, tries = self._front.team_id, 0
        key = projection.record(team_id, request_id)
        while True:
            try:
                record, version = await projection.read(team_id, request_id)
                await self._bring_up_to_date(projection, record)
                if await self._messages.release(team_id, request_id, token, version, key):
                    return
            except DELAYS:
                tries += 1
                if tries == TRIES:
                    raise
                await asyncio.sleep(REST_AFTER_ERROR * tries)
                await self._still_held(request_id, token)
                continue
            if projection.moving(record):
                await asyncio.sleep(BREATH)

    async def _still_held(self, request_id: str, token: str) -> None:
        """Go on after an outage only with the lease: meanwhile others may have begun to render."""
        if not await self._messages.keep(self._front.team_id, request_id, token):
            raise Unavailable("Somebody else shows {id} now.", id=request_id)

    async def _renew(self, request_id: str, token: str) -> None:
        while True:
            await asyncio.sleep(RENEW)
            try:
                if not await self._messages.keep(self._front.team_id, request_id, token):
                    log.info("announcement.lease_lost", request=request_id)
                    return
            except Unavailable:
                continue

    async def _bring_up_to_date(self, projection: Projection[T], record: T) -> None:
        places = await self._messages.places(record.team_id, record.id)
        words = Words(await self._front.directory.locale(record.team_id, record.requester.user_id))
        for surface, channel, message in projection.surfaces(record, words):
            try:
                await self._put(record, surface, channel, message, places.get(surface))
            except SlackApiError as error:
                if error_word(error) not in HOPELESS:
                    raise
                log.warning(
                    "announcement.hopeless", request=record.id, surface=surface, error=error_word(error)
                )
        if record.finished:
            await self._messages.fade(record.team_id, record.id)
        await projection.after(record)

    async def _put(
        self, request: Record, surface: str, channel: str, message: Message, place: Place | None
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


def _by_request(found: list[tuple[str, str]], *, claimed: bool) -> list[tuple[str, list[str], bool]]:
    grouped: dict[str, list[str]] = {}
    for entry, request_id in found:
        grouped.setdefault(request_id, []).append(entry)
    return [(request_id, entries, claimed) for request_id, entries in grouped.items()]


def _kind(error: BaseException) -> str:
    return error_word(error) if isinstance(error, SlackApiError) else type(error).__name__
