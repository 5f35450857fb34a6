"""The doctor's look at the approval channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.languages.words import N_
from handlers.doctor import troubles
from handlers.doctor.troubles import AREA
from handlers.outbox import error_word, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.doctor.line import Line

MOST_PAGES = 10
# Slack's words for a channel that is not there, or not for the bot.
CLOSED = frozenset({"channel_not_found", "not_in_channel", "is_archived", "restricted_action"})


@dataclass(frozen=True, slots=True)
class Members:
    """The lines about a channel, and who is in it; None when that could not be read."""

    lines: tuple[Line, ...]
    users: frozenset[str] | None = None


async def look(client: AsyncWebClient, channel_id: str) -> Members:
    """Look at the channel of the cards and list its members."""
    try:
        answer = await client.conversations_info(channel=channel_id)
        lines = tuple(judged(channel_id, answer.get("channel") or {}))
        return Members(lines, await _members(client, channel_id))
    except SlackApiError as error:
        word = error_word(error)
        mark = AREA.problem if word in CLOSED else AREA.unknown
        said = N_("conversations.info answered {error}.")
        return Members((mark(troubles.CHANNEL, said, channel_id, channel=channel_id, error=word),))
    except (aiohttp.ClientError, TimeoutError) as error:
        said = N_("conversations.info ended with {error}.")
        line = AREA.unknown(troubles.CHANNEL, said, channel_id, channel=channel_id, error=kind_of(error))
        return Members((line,))


def judged(channel_id: str, info: dict[str, Any]) -> Iterator[Line]:
    """Judge what Slack says of the channel."""
    name = f"#{info.get('name') or channel_id}"
    problems = (
        (info.get("is_im"), troubles.CHANNEL, N_("It is a conversation with one person.")),
        (info.get("is_member") is False, troubles.CHANNEL, N_("The bot is not in it.")),
        (info.get("is_archived"), troubles.CHANNEL_ARCHIVED, N_("Slack says that it is archived.")),
        (
            info.get("is_ext_shared") or info.get("is_shared"),
            troubles.CHANNEL_SHARED,
            N_("Slack says that it is shared."),
        ),
        (
            not info.get("is_im") and info.get("is_private") is False,
            troubles.CHANNEL_PUBLIC,
            N_("Slack says that it is public."),
        ),
    )
    found = [(cause, said) for wrong, cause, said in problems if wrong]
    for cause, said in found:
        yield AREA.problem(cause, said, channel_id, channel=name)
    if not found:
        said = N_("{channel} is private, not shared, and the bot is in it.")
        yield AREA.fine(troubles.CHANNEL, said, channel_id, channel=name)


async def _members(client: AsyncWebClient, channel_id: str) -> frozenset[str] | None:
    """List who is in it; None when Slack does not say, or there are too many to matter."""
    users: set[str] = set()
    cursor = ""
    for _ in range(MOST_PAGES):
        try:
            answer = await client.conversations_members(channel=channel_id, limit=200, cursor=cursor or None)
        except SlackApiError:
            return None
        users |= set(answer.get("members") or ())
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return frozenset(users)
    return None
