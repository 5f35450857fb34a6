"""Show every record as it stands: messages are projections of it, and may be repeated."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.domain import office, setup
from bot.domain.repair import PREFIX
from bot.errors import NoPolicy, NotFound, Unavailable
from bot.languages.words import Words
from handlers.announcing.approval_channel import refused
from handlers.announcing.lease import while_held
from handlers.announcing.placing import Placing, in_channel
from handlers.announcing.projections import Record
from handlers.announcing.setbacks import Setbacks
from handlers.outbox import error_word, kind_of

if TYPE_CHECKING:
    from bot.store.announcements import Announcements
    from bot.store.messages import Messages
    from handlers.announcing.approval_channel import ApprovalChannel
    from handlers.announcing.projections import (
        OfficeProjection,
        Projection,
        RepairProjection,
        RequestProjection,
        SetupProjection,
    )
    from handlers.front import Front

WAIT = timedelta(seconds=2)
# Entries that somebody took this long ago and has not finished are looked at by others: longer
# than the lease of a dead announcer lives, so that they can take it.
IDLE = timedelta(seconds=10)
LOOK_FOR_IDLE = 4.0
AT_ONCE = 8
# Ticks of a progress list closer together than this are shown as one.
BREATH = 0.5
REST_AFTER_ERROR = 1.0
TRIES = 8
# When the process stops, what is being shown may be finished for this long.
DRAIN = 3.0
# Slack will say the same tomorrow: this surface cannot be shown, and others still can. What a person can
# mend about the card's channel is in `approval_channel`.
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

# Errors that pass: Redis or Slack is away, or asks for patience, or a policy was taken away for now.
DELAYS = (NoPolicy, Unavailable, SlackApiError, aiohttp.ClientError, TimeoutError)

T = TypeVar("T", bound=Record)

log = structlog.get_logger(__name__)


class Outcome(Enum):
    """How a showing ended."""

    WHOLE = auto()
    PARTLY = auto()
    BY_OTHERS = auto()


class Announcer:
    """One of possibly many; the consumer group shares the work, the lease keeps one at a request."""

    def __init__(
        self,
        front: Front,
        messages: Messages,
        stream: Announcements,
        requests: RequestProjection,
        repairs: RepairProjection,
        offices: OfficeProjection,
        setups: SetupProjection,
        channel: ApprovalChannel,
        token: str,
    ) -> None:
        """`token` names this announcer's leases, unlike any other's."""
        self._front = front
        self._messages = messages
        self._stream = stream
        self._requests = requests
        self._repairs = repairs
        self._offices = offices
        self._setups = setups
        self._channel = channel
        self._placing = Placing(front.outbox, messages)
        self._setbacks = Setbacks()
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
            await _finish(set(busy))

    async def _next(self) -> list[tuple[str, list[str], bool]]:
        """Group new entries, and now and then abandoned ones, by request: many changes are one showing."""
        now = asyncio.get_running_loop().time()
        if now - self._looked_for_idle > LOOK_FOR_IDLE:
            self._looked_for_idle = now
            return _by_request(await self._stream.claim(IDLE), claimed=True)
        return _by_request(await self._stream.read(WAIT), claimed=False)

    async def _show(self, request_id: str, entries: list[str], *, claimed: bool) -> None:
        """Show a request and finish its entries; what cannot be shown now comes again."""
        if claimed and self._setbacks.resting(request_id):
            return
        try:
            outcome = await self.show(request_id)
        except DELAYS as error:
            log.warning("announcement.delayed", request=request_id, kind=kind_of(error))
        except Exception as error:  # whatever it is: shown again and again, it would be the same
            log.exception("announcement.failed", request=request_id, kind=kind_of(error))
            if self._setbacks.strike(request_id):
                await self._done(request_id, entries)
        else:
            # Whoever holds the lease sees the newer record before he lets go of it, and has an
            # unfinished entry of his own. A claimed entry may be exactly that one: leave it to him.
            if outcome is Outcome.PARTLY:
                self._setbacks.rest(request_id)
            elif outcome is Outcome.WHOLE or not claimed:
                await self._done(request_id, entries)

    async def _done(self, request_id: str, entries: list[str]) -> None:
        self._setbacks.forget(request_id)
        try:
            await self._stream.done(*entries)
        except Unavailable as error:
            log.warning("announcement.delayed", request=request_id, kind=kind_of(error))

    async def show(self, request_id: str) -> Outcome:
        """Bring every surface up to date until the record stays as it was rendered."""
        if request_id.startswith(PREFIX):
            return await self._as(self._repairs, request_id)
        if request_id == office.ID:
            return await self._as(self._offices, request_id)
        if request_id.startswith(setup.PREFIX):
            return await self._as(self._setups, request_id)
        return await self._as(self._requests, request_id)

    async def _as(self, projection: Projection[T], request_id: str) -> Outcome:
        self._shown += 1
        team_id, token = self._front.team_id, f"{self._token}:{self._shown}"
        if not await self._messages.lease(team_id, request_id, token):
            return Outcome.BY_OTHERS
        rendering = self._render(projection, request_id, token)
        try:
            record, whole = await while_held(self._messages, team_id, request_id, token, rendering)
        except NotFound:
            return Outcome.WHOLE  # retention has taken it
        await projection.after(record)
        return Outcome.WHOLE if whole else Outcome.PARTLY

    async def _render(self, projection: Projection[T], request_id: str, token: str) -> tuple[T, bool]:
        """Render until nothing newer is there; returns what was rendered last, and if all of it stands."""
        team_id, tries = self._front.team_id, 0
        key = projection.record(team_id, request_id)
        while True:
            try:
                record, version = await projection.read(team_id, request_id)
                whole = await self._bring_up_to_date(projection, record)
                if await self._messages.release(team_id, request_id, token, version, key):
                    return record, whole
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

    async def _bring_up_to_date(self, projection: Projection[T], record: T) -> bool:
        """Show what can be shown; False when something is missing that will come after all."""
        places = await self._messages.places(record.team_id, record.id)
        words = Words(await self._front.directory.locale(record.team_id, record.requester.user_id))
        whole = True
        async for surface, channel, message in projection.surfaces(record, words):
            if in_channel(channel) and await self._channel.trouble(channel):
                whole = False
                continue
            try:
                await self._placing.put(record, surface, channel, message, places.get(surface))
            except SlackApiError as error:
                word = error_word(error)
                if in_channel(channel) and refused(channel, word):
                    whole = False
                elif word in HOPELESS:
                    log.warning("announcement.hopeless", request=record.id, surface=surface, error=word)
                else:
                    raise
        return whole


async def _finish(busy: set[asyncio.Task[None]]) -> None:
    """Let what is being shown end; what is cut off is shown by whoever looks for it next."""
    if busy:
        await asyncio.wait(busy, timeout=DRAIN)
    for task in busy:
        task.cancel()
    await asyncio.gather(*busy, return_exceptions=True)


def _by_request(found: list[tuple[str, str]], *, claimed: bool) -> list[tuple[str, list[str], bool]]:
    grouped: dict[str, list[str]] = {}
    for entry, request_id in found:
        grouped.setdefault(request_id, []).append(entry)
    return [(request_id, entries, claimed) for request_id, entries in grouped.items()]
