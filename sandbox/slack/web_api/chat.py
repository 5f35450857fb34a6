"""Serve chat.*: post, update, delete, ephemeral, scheduled, permalink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack import manifest
from sandbox.slack.content import UPDATE_LIMIT, Content, content, metadata
from sandbox.slack.errors import ApiError
from sandbox.slack.ids import random_id
from sandbox.slack.posting import post, rewrite
from sandbox.slack.tiers import SPECIAL, TIER_3, TIER_4
from sandbox.slack.web_api.method import Method

if TYPE_CHECKING:
    from sandbox.slack.records import Channel, Json, Message
    from sandbox.slack.team import Team
    from sandbox.slack.web_api.arguments import Arguments

SCHEDULE_LIMIT = 120 * 24 * 3600


async def post_message(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Post into a channel, or into the direct message of a user id."""
    channel = destination(team, arguments)
    said = read_content(arguments)
    data = read_metadata(arguments)
    team.rate_limits.message(channel.id)
    message = post(
        team,
        channel,
        said,
        thread_ts=arguments.text("thread_ts") or None,
        metadata=data,
        broadcast=arguments.flag("reply_broadcast"),
    )
    return {"channel": channel.id, "ts": message.ts, "message": message.as_slack()}


async def update(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Rewrite an own message; text without blocks removes the blocks."""
    message = own_message(team, arguments, "cant_update_message")
    said = read_content(arguments, text_limit=UPDATE_LIMIT)
    if arguments.values.get("metadata") is not None:
        message.metadata = read_metadata(arguments)
    rewrite(team, message, said)
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": message.as_slack(),
    }


async def delete(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Delete an own message."""
    message = own_message(team, arguments, "cant_delete_message")
    team.workspace.remove(message)
    return {"channel": message.channel, "ts": message.ts}


async def post_ephemeral(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Show a message to one member of a channel."""
    channel = destination(team, arguments)
    user = arguments.required("user")
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    thread_ts = arguments.text("thread_ts") or None
    message = post(team, channel, read_content(arguments), visible_to=user, thread_ts=thread_ts)
    return {"message_ts": message.ts}


async def schedule_message(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Post later, at most 120 days from now."""
    channel = destination(team, arguments)
    post_at = arguments.number("post_at", 0)
    wait = post_at - team.clock()
    if wait <= 0:
        raise ApiError("time_in_past" if post_at > 0 else "invalid_time")
    if wait > SCHEDULE_LIMIT:
        raise ApiError("time_too_far")
    said, thread_ts = read_content(arguments), arguments.text("thread_ts") or None

    async def due() -> None:
        post(team, channel, said, thread_ts=thread_ts)

    team.scheduler.later(wait, due())
    message: Json = {"type": "delayed_message", "text": said.text, "bot_id": manifest.BOT_ID}
    if said.blocks:
        message["blocks"] = said.blocks
    return {
        "channel": channel.id,
        "scheduled_message_id": random_id("Q"),
        "post_at": post_at,
        "message": message,
    }


async def get_permalink(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Return the address of a message on the page."""
    channel = team.workspace.channel_of_bot(arguments.required("channel"))
    message = lasting(channel, arguments.required("message_ts"))
    link = f"{team.response_urls.address}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def destination(team: Team, arguments: Arguments) -> Channel:
    """Find where to post: a channel's id or name, or a user id for the direct message."""
    wanted = arguments.text("channel")
    if wanted in team.workspace.accounts:
        return team.workspace.direct_message(wanted)
    return team.workspace.channel_of_bot(wanted)


def own_message(team: Team, arguments: Arguments, refusal: str) -> Message:
    """Find a lasting message of the app by channel id and ts."""
    channel = team.workspace.channel_of_bot(arguments.text("channel"))
    message = lasting(channel, arguments.required("ts"))
    if message.bot_id != manifest.BOT_ID:
        raise ApiError(refusal)
    return message


def lasting(channel: Channel, ts: str) -> Message:
    """Find a message that is not ephemeral; ApiError message_not_found."""
    message = channel.find(ts)
    if message is None or message.visible_to is not None:
        raise ApiError("message_not_found")
    return message


def read_content(arguments: Arguments, **limits: int) -> Content:
    """Read text and blocks, which a form carries as JSON strings."""
    blocks = arguments.json("blocks", "invalid_blocks_format")
    return content({**arguments.values, "blocks": blocks}, **limits)


def read_metadata(arguments: Arguments) -> Json | None:
    """Read message metadata, when it is given."""
    if arguments.values.get("metadata") is None:
        return None
    return metadata(arguments.json("metadata", "invalid_metadata_format"))


METHODS = (
    Method("chat.postMessage", post_message, SPECIAL, "chat:write"),
    Method("chat.update", update, TIER_3, "chat:write"),
    Method("chat.delete", delete, TIER_3, "chat:write"),
    Method("chat.postEphemeral", post_ephemeral, TIER_4, "chat:write"),
    Method("chat.scheduleMessage", schedule_message, TIER_3, "chat:write"),
    Method("chat.getPermalink", get_permalink, SPECIAL),
)
