"""Events: what happened in the workspace, for whoever subscribed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack.delivery.payloads import event_callback
from sandbox.slack.delivery.transport import Parcel
from sandbox.slack.errors import PageError
from sandbox.slack.records import Json, Message

if TYPE_CHECKING:
    from sandbox.slack.team import Team

CHANNEL_TYPES = {"public": "channel", "private": "group", "im": "im"}
SUBSCRIPTIONS = {"public": "message.channels", "private": "message.groups", "im": "message.im"}


def publish(team: Team, user: str, event: Json, subscription: str = "") -> str | None:
    """Deliver an event the app subscribed to; returns the delivery's id, or None."""
    if (subscription or event["type"]) not in team.options.events:
        return None
    event["event_ts"] = team.timestamps.next()
    return team.courier.publish(Parcel("event", event["type"], event_callback(team, event)), user)


def open_home(team: Team, user: str) -> str | None:
    """Let a person open the app's Home tab."""
    team.workspace.person(user)
    home = team.views.homes.get(user)
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": team.workspace.direct_message(user).id,
        "tab": "home",
    }
    return publish(team, user, event | ({"view": home.as_slack()} if home else {}))


def say(team: Team, user: str, channel_id: str, text: str, thread_ts: str | None = None) -> Message:
    """Let a person post a message; PageError no_text or thread_not_found.

    The page escapes &, < and > in what is typed, as Slack's own clients do.
    """
    team.workspace.person(user)
    channel = team.workspace.channel_of(user, channel_id)
    if not text.strip():
        raise PageError("no_text")
    if thread_ts and channel.find(thread_ts) is None:
        raise PageError("thread_not_found", status=404)
    message = Message(team.timestamps.next(), channel.id, user, text, thread_ts=thread_ts, team_id=team.id)
    team.workspace.add(message)
    event = message.as_slack() | {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind]}
    publish(team, user, event, SUBSCRIPTIONS[channel.kind])
    return message


def change_user(team: Team, user: str, **changes: Any) -> None:
    """Change an account as an administrator would, e.g. deleted=True, and tell the app."""
    team.workspace.person(user)
    account = team.workspace.accounts[user]
    account.changes |= changes
    with_email = "users:read.email" in team.options.scopes
    event = {"type": "user_change", "user": account.as_slack(with_email=with_email, with_locale=True)}
    publish(team, user, event | {"cache_ts": int(team.clock())})
