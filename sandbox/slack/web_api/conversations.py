"""Serve conversations.*: open a direct message, look at channels, members and history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack import manifest
from sandbox.slack.errors import ApiError
from sandbox.slack.tiers import TIER_2, TIER_3, TIER_4
from sandbox.slack.web_api.method import Method, need_any_scope, need_scope
from sandbox.slack.web_api.paging import page

if TYPE_CHECKING:
    from sandbox.slack.records import Channel, Json, Message
    from sandbox.slack.team import Team
    from sandbox.slack.web_api.arguments import Arguments

FAMILY = {"public": "channels", "private": "groups", "im": "im"}
TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}


async def open_conversation(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Open, or rather find, the direct message with one user."""
    if arguments.text("channel"):
        channel = team.workspace.channel_of_bot(arguments.text("channel"))
        if channel.kind != "im":
            raise ApiError("method_not_supported_for_channel_type")
    else:
        channel = _direct_message(team, arguments.text("users"))
    shown: Json = {"id": channel.id}
    if arguments.flag("return_im"):
        shown = conversation(team, channel) | {"is_open": True}
    return {"no_op": True, "already_open": True, "channel": shown}


async def info(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Describe one conversation."""
    channel = team.workspace.channel(arguments.text("channel"))
    shown = conversation(team, _readable(team, channel, "read"))
    if arguments.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


async def members(team: Team, arguments: Arguments) -> dict[str, Any]:
    """List the user ids of a conversation."""
    channel = _readable(team, team.workspace.channel(arguments.text("channel")), "read")
    listed, cursor = page(channel.members, arguments)
    return {"members": listed, "response_metadata": {"next_cursor": cursor}}


async def list_conversations(team: Team, arguments: Arguments) -> dict[str, Any]:
    """List conversations of the wanted types; private ones only where the app is a member."""
    wanted = (arguments.text("types") or "public_channel").split(",")
    if set(wanted) - set(TYPES):
        raise ApiError("invalid_types")
    kinds = {TYPES[each.strip()] for each in wanted}
    for kind in sorted(kinds):
        need_scope(team, f"{FAMILY.get(kind, 'mpim')}:read")
    found = [
        conversation(team, channel)
        for channel in team.workspace.channels.values()
        if channel.kind in kinds and (channel.kind == "public" or manifest.BOT_USER_ID in channel.members)
    ]
    listed, cursor = page(found, arguments)
    return {"channels": listed, "response_metadata": {"next_cursor": cursor}}


async def history(team: Team, arguments: Arguments) -> dict[str, Any]:
    """List the messages of a conversation, newest first, without thread replies."""
    channel = _readable(team, team.workspace.channel(arguments.text("channel")), "history")
    oldest, latest = arguments.text("oldest"), arguments.text("latest")
    found = [
        with_thread(channel, message)
        for message in reversed(channel.messages)
        if message.visible_to is None
        and (message.broadcast or not message.is_reply)
        and (not oldest or message.ts > oldest or (arguments.flag("inclusive") and message.ts == oldest))
        and (not latest or message.ts < latest or (arguments.flag("inclusive") and message.ts == latest))
    ]
    listed, cursor = page(found, arguments)
    return {
        "messages": listed,
        "has_more": bool(cursor),
        "pin_count": 0,
        "response_metadata": {"next_cursor": cursor},
    }


async def replies(team: Team, arguments: Arguments) -> dict[str, Any]:
    """List a thread: its first message, then the replies, oldest first."""
    channel = _readable(team, team.workspace.channel(arguments.text("channel")), "history")
    first = channel.find(arguments.required("ts"))
    if first is None or first.visible_to is not None:
        raise ApiError("thread_not_found")
    found = [with_thread(channel, first), *(reply.as_slack() for reply in channel.replies(first.ts))]
    listed, cursor = page(found, arguments)
    return {"messages": listed, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def conversation(team: Team, channel: Channel) -> Json:
    """Shape a conversation as conversations.info does."""
    shown: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_im": channel.kind == "im",
        "is_archived": channel.archived,
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "is_org_shared": False,
        "context_team_id": team.id,
    }
    if channel.kind == "im":
        return shown | {"user": channel.partner}
    return shown | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": False,
        "is_mpim": False,
        "is_private": channel.kind == "private",
        "is_general": channel.name == "general",
        "is_pending_ext_shared": False,
        "is_member": manifest.BOT_USER_ID in channel.members,
        "creator": manifest.BOT_USER_ID,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def with_thread(channel: Channel, message: Message) -> Json:
    """Show a message with the count of its replies."""
    answers = channel.replies(message.ts)
    if not answers:
        return message.as_slack()
    return message.as_slack() | {
        "thread_ts": message.ts,
        "reply_count": len(answers),
        "reply_users": sorted({reply.user for reply in answers}),
        "latest_reply": answers[-1].ts,
    }


def _readable(team: Team, channel: Channel, right: str) -> Channel:
    need_any_scope(team, f"{FAMILY[channel.kind]}:{right}")
    if manifest.BOT_USER_ID not in channel.members and (channel.kind != "public" or right == "history"):
        raise ApiError("not_in_channel" if channel.kind == "public" else "channel_not_found")
    return channel


def _direct_message(team: Team, users: str) -> Channel:
    listed = [user for user in users.split(",") if user]
    if not listed:
        raise ApiError("users_list_not_supplied")
    if manifest.BOT_USER_ID in listed:
        raise ApiError("cannot_dm_bot")
    if any(user not in team.workspace.accounts for user in listed):
        raise ApiError("user_not_found")
    if len(listed) > 1:
        need_scope(team, "mpim:write")
        raise ApiError("not_enough_users")
    if team.workspace.accounts[listed[0]].changes.get("deleted"):
        raise ApiError("user_disabled")
    return team.workspace.direct_message(listed[0])


METHODS = (
    Method("conversations.open", open_conversation, TIER_3, "im:write"),
    Method("conversations.info", info, TIER_3),
    Method("conversations.members", members, TIER_4),
    Method("conversations.list", list_conversations, TIER_2),
    Method("conversations.history", history, TIER_3),
    Method("conversations.replies", replies, TIER_3),
)
