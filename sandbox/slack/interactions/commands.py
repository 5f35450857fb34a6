"""Slash commands and message shortcuts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.people import PEOPLE
from sandbox.slack import manifest
from sandbox.slack.content import content
from sandbox.slack.delivery.payloads import message_action, slash_command
from sandbox.slack.delivery.transport import Parcel
from sandbox.slack.errors import ApiError, PageError
from sandbox.slack.interactions import notices
from sandbox.slack.posting import post

if TYPE_CHECKING:
    from sandbox.slack.delivery.courier import Outcome
    from sandbox.slack.records import Json
    from sandbox.slack.team import Team

_MENTION = re.compile(r"(?<!\S)@([a-z]+)\b")


def run(team: Team, user: str, channel_id: str, line: str) -> str:
    """Deliver a slash command typed into a channel; returns the delivery's id."""
    person = team.workspace.person(user)
    channel = team.workspace.channel_of(user, channel_id)
    command, _, text = line.strip().partition(" ")
    if not manifest.knows_command(command):
        raise PageError("unknown_command")

    async def answered(outcome: Outcome) -> None:
        error = outcome.error
        if outcome.payload:
            error = reply(team, user, channel_id, outcome.payload)
        if error:
            notices.command_failed(team, user, channel_id, command, error)

    said = escaped(text.strip()) if manifest.escapes(command) else text.strip()
    payload = slash_command(team, person, channel, command, said)
    return team.courier.send(Parcel("command", line.strip(), payload), user, answered)


def escaped(text: str) -> str:
    """Write what was typed as Slack sends it where a command escapes: mentions become `<@U0ADA|ada>`."""
    literal = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    ids = {person.name: person.user_id for person in PEOPLE}
    return _MENTION.sub(lambda m: f"<@{ids[m[1]]}|{m[1]}>" if m[1] in ids else m[0], literal)


def reply(team: Team, user: str, channel_id: str, answer: Json) -> str:
    """Post what the ack of a command says, ephemeral unless in_channel; returns an error word or ""."""
    channel = team.workspace.channels[channel_id]
    try:
        said = content(answer)
    except ApiError:
        return "invalid_command_response"
    visible_to = None if answer.get("response_type") == "in_channel" else user
    post(team, channel, said, visible_to=visible_to)
    return ""


def shortcut(team: Team, user: str, callback_id: str, channel_id: str, ts: str) -> str:
    """Deliver a message shortcut; returns the delivery's id."""
    person = team.workspace.person(user)
    channel = team.workspace.channel_of(user, channel_id)
    message = next((m for m in channel.seen_by(user) if m.ts == ts and m.visible_to is None), None)
    if not manifest.knows_shortcut(callback_id):
        raise PageError("unknown_shortcut")
    if message is None:
        raise PageError("message_not_found", status=404)
    payload = message_action(team, person, channel, message, callback_id)
    return team.courier.send(Parcel("message_action", callback_id, payload), user)
