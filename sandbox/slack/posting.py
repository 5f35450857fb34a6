"""Post as the app: the one way for Web API, acks and response_urls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import manifest
from sandbox.slack.errors import ApiError
from sandbox.slack.records import Channel, Json, Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.slack.content import Content
    from sandbox.slack.files import File
    from sandbox.slack.team import Team


def post(
    team: Team,
    channel: Channel,
    content: Content,
    *,
    visible_to: str | None = None,
    thread_ts: str | None = None,
    metadata: Json | None = None,
    broadcast: bool = False,
    files: Sequence[File] = (),
) -> Message:
    """Add a message of the app to a conversation; ApiError thread_not_found."""
    if thread_ts and channel.find(thread_ts) is None:
        raise ApiError("thread_not_found")
    message = Message(
        ts=team.timestamps.next(),
        channel=channel.id,
        user=manifest.BOT_USER_ID,
        bot_id=manifest.BOT_ID,
        text=content.text,
        blocks=content.blocks,
        thread_ts=thread_ts,
        visible_to=visible_to,
        metadata=metadata,
        broadcast=broadcast,
        files=[file.as_slack() for file in files],
        team_id=team.id,
    )
    team.workspace.add(message)
    return message


def rewrite(team: Team, message: Message, content: Content) -> None:
    """Give a message new content; blocks that are not sent again are gone, as with chat.update."""
    if not content.blocks and message.bot_id:
        message.edited = {"user": manifest.BOT_USER_ID, "ts": team.timestamps.next()}
    message.text = content.text
    message.blocks = content.blocks
    team.workspace.changed(message)
