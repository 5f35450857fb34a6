"""Shape payloads exactly as Slack does (reference: interaction payloads, slash commands, Events API)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack import manifest
from sandbox.slack.ids import random_id

if TYPE_CHECKING:
    from sandbox.people import Person
    from sandbox.slack.records import Channel, Json, Message
    from sandbox.slack.team import Team
    from sandbox.slack.views import View


def slash_command(team: Team, person: Person, channel: Channel, command: str, text: str) -> Json:
    """Describe a slash command: all values are strings, for they travel as a form."""
    return {
        "token": team.credentials.verification_token,
        "team_id": team.id,
        "team_domain": team.name.lower(),
        "channel_id": channel.id,
        "channel_name": channel.interaction_name,
        "user_id": person.user_id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": manifest.APP_ID,
        "is_enterprise_install": "false",
        "response_url": team.response_urls.issue(person.user_id, channel.id),
        "trigger_id": team.triggers.issue(person.user_id),
    }


def common(team: Team, person: Person, kind: str) -> Json:
    """Fill what every interaction payload has."""
    return {
        "type": kind,
        "user": {
            "id": person.user_id,
            "username": person.name,
            "name": person.name,
            "team_id": team.id,
        },
        "api_app_id": manifest.APP_ID,
        "token": team.credentials.verification_token,
        "team": {"id": team.id, "domain": team.name.lower()},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def in_message(channel: Channel, message: Message) -> Json:
    """Say in which message something happened; an ephemeral one is not shown again."""
    ephemeral = message.visible_to is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    where: Json = {
        "container": container,
        "channel": {"id": channel.id, "name": channel.interaction_name},
        "state": {"values": {}},
    }
    return where if ephemeral else where | {"message": message.as_slack()}


def in_view(view: View) -> Json:
    """Say in which modal or Home tab something happened."""
    return {"container": {"type": "view", "view_id": view.id}, "view": view.as_slack()}


def block_actions(team: Team, person: Person, where: Json, action: Json, **beside: Any) -> Json:
    """Describe the use of one element."""
    payload = common(team, person, "block_actions") | where
    return payload | beside | {"actions": [action | {"action_ts": team.timestamps.next()}]}


def view_submission(team: Team, person: Person, view: View) -> Json:
    """Describe a sent modal."""
    return common(team, person, "view_submission") | {
        "trigger_id": team.triggers.issue(person.user_id, view.id),
        "view": view.as_slack(),
        "response_urls": [],
    }


def view_closed(team: Team, person: Person, view: View, *, is_cleared: bool) -> Json:
    """Describe a modal that was left without sending."""
    return common(team, person, "view_closed") | {"view": view.as_slack(), "is_cleared": is_cleared}


def block_suggestion(team: Team, person: Person, where: Json, typed: Json) -> Json:
    """Describe what was typed into a menu whose options the app sends."""
    return common(team, person, "block_suggestion") | where | typed


def message_action(team: Team, person: Person, channel: Channel, message: Message, callback_id: str) -> Json:
    """Describe a message shortcut."""
    payload = common(team, person, "message_action") | {
        "action_ts": team.timestamps.next(),
        "callback_id": callback_id,
        "trigger_id": team.triggers.issue(person.user_id),
        "response_url": team.response_urls.issue(person.user_id, channel.id, thread_ts=message.thread_ts),
        "channel": {"id": channel.id, "name": channel.interaction_name},
        "message_ts": message.ts,
        "message": message.as_slack(),
    }
    # Slack's documented message_action has no api_app_id, unlike its sisters.
    del payload["api_app_id"]
    return payload


def event_callback(team: Team, event: Json) -> Json:
    """Wrap an event as the Events API does."""
    return {
        "token": team.credentials.verification_token,
        "team_id": team.id,
        "context_team_id": team.id,
        "context_enterprise_id": None,
        "api_app_id": manifest.APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": random_id("Ev"),
        "event_time": int(team.clock()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team.id,
                "user_id": manifest.BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": random_id("4-", 24),
    }
