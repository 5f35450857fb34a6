"""Serve the external upload flow: files.getUploadURLExternal and files.completeUploadExternal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack.content import Content
from sandbox.slack.errors import ApiError, invalid_arguments
from sandbox.slack.posting import post
from sandbox.slack.tiers import TIER_4
from sandbox.slack.web_api.method import Method

if TYPE_CHECKING:
    from sandbox.slack.files import File
    from sandbox.slack.team import Team
    from sandbox.slack.web_api.arguments import Arguments

ALT_TEXT = 1_000
LARGEST = 1024**3


async def get_upload_url(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Announce a file; returns where its bytes go and the id it will have."""
    name, length, alt = (
        arguments.required("filename"),
        arguments.number("length", 0),
        arguments.text("alt_txt"),
    )
    if not 0 < length <= LARGEST:
        raise invalid_arguments("must be more than 0 [json-pointer:/length]")
    if len(alt) > ALT_TEXT:
        raise ApiError("alt_txt_too_large")
    file, upload_url = team.files.announce(name, length, alt)
    return {"file_id": file.id, "upload_url": upload_url}


async def complete_upload(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Share uploaded files in a conversation as one message, or leave them unshared without one."""
    wanted = arguments.json("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(one, dict) for one in wanted):
        raise invalid_arguments("missing required field: files")
    files = [_uploaded(team, one) for one in wanted]
    if channel_id := arguments.text("channel_id"):
        channel = team.workspace.channel_of_bot(channel_id)
        if channel.id != channel_id:  # by id only, unlike chat.postMessage
            raise ApiError("channel_not_found")
        team.rate_limits.message(channel.id)
        thread_ts = arguments.text("thread_ts") or None
        post(team, channel, Content(arguments.text("initial_comment"), []), thread_ts=thread_ts, files=files)
        for file in files:
            file.channels.append(channel.id)
    return {"files": [file.as_slack() for file in files]}


def _uploaded(team: Team, wanted: dict[str, Any]) -> File:
    file = team.files.uploaded(str(wanted.get("id", "")))
    if file is None:
        raise ApiError("file_not_found")
    file.title = str(wanted.get("title") or file.name)
    return file


METHODS = (
    Method("files.getUploadURLExternal", get_upload_url, TIER_4, "files:write"),
    Method("files.completeUploadExternal", complete_upload, TIER_4, "files:write"),
)
