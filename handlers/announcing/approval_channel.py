"""The channel of the cards: strangers must not be in it, and the bot must."""

from __future__ import annotations

import asyncio
from math import inf
from typing import TYPE_CHECKING

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import Unavailable
from handlers.outbox import kind_of

if TYPE_CHECKING:
    from handlers.outbox import Outbox

FRESH = 300.0
# What a person can mend: then the card comes after all.
REMEDIES = {
    "not_in_channel": "invite the bot to the channel: /invite @bot",
    "channel_not_found": "invite the bot to the channel, or set approval.channel to its id (C…)",
    "is_archived": "unarchive the channel, or set approval.channel to another one",
    "missing_scope": "give the Slack app the scope chat:write and install it again",
    "restricted_action": "let the bot post in the channel (its posting permissions)",
}

log = structlog.get_logger(__name__)


class ApprovalChannel:
    """What Slack says of the channel, at most five minutes old; what it does not say forbids nothing."""

    def __init__(self, outbox: Outbox) -> None:
        """Ask through `outbox`."""
        self._outbox = outbox
        self._seen: dict[str, tuple[float, str]] = {}

    async def trouble(self, channel: str) -> str:
        """Say why no card may stand in this channel; empty when it may."""
        now = asyncio.get_running_loop().time()
        seen_at, known = self._seen.get(channel, (-inf, ""))
        if now - seen_at < FRESH:
            return known
        try:
            known = _look(channel, await self._outbox.channel(channel))
        except (SlackApiError, Unavailable, aiohttp.ClientError, TimeoutError) as error:
            # Without the scopes channels:read and groups:read, or at another chat server, nobody can say.
            log.info("approval_channel.unknown", channel=channel, kind=kind_of(error))
        self._seen[channel] = now, known
        return known

    def told(self) -> str:
        """Repeat the trouble that was seen last."""
        return next((trouble for _, trouble in self._seen.values() if trouble), "")


def refused(channel: str, word: str) -> bool:
    """Log how to mend it when Slack refuses a card by this word; False when nobody can."""
    if word not in REMEDIES:
        return False
    log.error("approval_channel.refuses", channel=channel, error=word, fix=REMEDIES[word])
    return True


def _look(channel: str, info: dict[str, object]) -> str:
    if info.get("is_member") is False:
        refused(channel, "not_in_channel")
    if not info.get("is_ext_shared") and not info.get("is_shared"):
        return ""
    trouble = f"the approval channel {channel} is shared with another workspace, so no card is posted there"
    log.error(
        "approval_channel.shared", channel=channel, fix="set approval.channel to one that is not shared"
    )
    return trouble
