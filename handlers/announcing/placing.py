"""One message of a record: post it, or change it where it stands."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import structlog

from bot.store.messages import Place
from handlers.outbox import Unsure
from handlers.surfaces.reminder import IN_THREAD

if TYPE_CHECKING:
    from bot.store.messages import Messages
    from handlers.announcing.projections import Record
    from handlers.outbox import Outbox
    from handlers.surfaces.blocks import Message

# Better twice than never, and never for ever: so often is a message posted whose fate Slack did not tell.
MOST_POSTS = 3
# The digest of a place counts those posts; no real digest looks like it.
_UNSURE = "?"

log = structlog.get_logger(__name__)


def in_channel(place: str) -> bool:
    """Tell a channel's id from a person's, and from none."""
    return place.startswith(("C", "G"))


class Placing:
    """Puts messages where people see them, and remembers where."""

    def __init__(self, outbox: Outbox, messages: Messages) -> None:
        """Remember in `messages`; a place without ts is a message that cannot be changed."""
        self._outbox = outbox
        self._messages = messages

    async def put(
        self, request: Record, surface: str, channel: str, message: Message, place: Place | None
    ) -> None:
        """Post or update one message, unless it says so already. No channel means the requester's DM."""
        text, blocks = message
        digest = hashlib.sha256(json.dumps([text, blocks]).encode()).hexdigest()[:16]
        if place and place.digest == digest:
            return
        if place and place.ts and await self._outbox.update(place.channel, place.ts, text, blocks):
            posted, ts = place.channel, place.ts
        else:
            whose = "" if in_channel(channel) else channel or request.requester.user_id
            where = await self._outbox.direct(whose) if whose else channel
            posted, ts = await self._post(request, surface, where, message, place)
        await self._messages.put(request.team_id, request.id, surface, Place(posted, ts, digest))

    async def _thread(self, request: Record, surface: str) -> str:
        """Find the card that a reminder hangs under, as it stands by now."""
        if not surface.startswith(IN_THREAD):
            return ""
        card = (await self._messages.places(request.team_id, request.id)).get("card")
        return card.ts if card else ""

    async def _post(
        self, request: Record, surface: str, where: str, message: Message, place: Place | None
    ) -> tuple[str, str]:
        """Post a message; one that may stand there already is given up after a few posts, its ts unknown."""
        try:
            thread_ts = await self._thread(request, surface)
            return await self._outbox.post(where, *message, thread_ts=thread_ts)
        except Unsure:
            unsure = place.digest if place and place.digest.startswith(_UNSURE) else ""
            if len(unsure) + 1 == MOST_POSTS:
                log.warning("announcement.unsure", request=request.id, surface=surface, posts=MOST_POSTS)
                return where, ""
            unknown = Place(where, "", unsure + _UNSURE)
            await self._messages.put(request.team_id, request.id, surface, unknown)
            raise
