"""Read Slack's payloads: what each is called in the log, in traces and in numbers, who acted, and on what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.domain import request_id
from bot.errors import Refused
from handlers.shape import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

# A command's first word, when it looks like a verb: what people type is not a name for a span.
_WORD = re.compile(r"[a-z][a-z0-9-]{1,15}")


# What somebody did that waits for an answer; and what else has a person behind it.
ANSWERED = frozenset({"command", "block_actions", "message_action", "shortcut", "view_submission"})
FROM_PEOPLE = ANSWERED | {"block_suggestion", "view_closed"}


def kind(body: Mapping[str, Any]) -> str:
    """Name the kind of payload: one of a few words."""
    if "command" in body:
        return "command"
    return str(body.get("type") or "unknown")


def verb(body: Mapping[str, Any]) -> str:
    """Name what somebody wants: `/gemini-key request`, `approve_request`, `app_home_opened`."""
    if "command" in body:
        word = str(body.get("text") or "").strip().partition(" ")[0].lower()
        return f"{body['command']} {word}" if _WORD.fullmatch(word) else str(body["command"])
    if actions := body.get("actions"):
        return str(actions[0].get("action_id") or "")
    if event := body.get("event"):
        return str(event.get("type") or "")
    view = body.get("view") or {}
    return str(body.get("callback_id") or body.get("action_id") or view.get("callback_id") or kind(body))


def request(body: Mapping[str, Any]) -> str:
    """Name the request that it is about, where the payload says so; empty where not."""
    actions, view = body.get("actions") or [{}], body.get("view") or {}
    said = str(actions[0].get("value") or view.get("private_metadata") or "")
    return said if said.startswith(request_id.PREFIX) and request_id.read(said) else ""


def step(body: Mapping[str, Any]) -> str:
    """Name the execution of a workflow's step that waits for an end; empty for all other payloads."""
    event = body.get("event")
    return str(event.get("function_execution_id") or "") if isinstance(event, dict) else ""


def user_id(body: Mapping[str, Any]) -> str:
    """Read who acted from any of Slack's payloads; some events bring the whole profile."""
    event = body.get("event")
    acted = body.get("user") or (event.get("user") if isinstance(event, dict) else None)
    found = body.get("user_id") or (acted.get("id") if isinstance(acted, dict) else acted)
    return str(found or "")


def home_team(body: Mapping[str, Any]) -> str:
    """Read to which workspace a payload was sent, empty where it does not say."""
    return next((team_id for team_id in _named_teams(body) if team_id not in _enterprise_ids(body)), "")


def team_ids(body: Mapping[str, Any]) -> set[str]:
    """Read every workspace that a payload says it comes from.

    On Enterprise Grid the person's `team_id` may be the organization's own (Slack: "starts with an E").
    """
    return {*_named_teams(body)} - _enterprise_ids(body)


def _named_teams(body: Mapping[str, Any]) -> list[str]:
    team, user = body.get("team"), body.get("user")
    of_user = user.get("team_id") if isinstance(user, dict) else None
    named = body.get("team_id"), team.get("id") if isinstance(team, dict) else team, of_user
    return [str(team_id) for team_id in named if team_id]


def _enterprise_ids(body: Mapping[str, Any]) -> set[str]:
    """Read which organization our installation belongs to, by Slack's word in this payload."""
    found = {body.get("enterprise_id")}
    for name, field in (("enterprise", "id"), ("team", "enterprise_id")):
        beside = body.get(name)
        found.add(beside.get(field) if isinstance(beside, dict) else None)
    return {str(enterprise_id) for enterprise_id in found if enterprise_id} - {UNREADABLE}


def value(body: Mapping[str, Any]) -> str:
    """Read the value of the button that was pressed: a request's id."""
    return str(body["actions"][0].get("value") or "")


def channel_id(body: Mapping[str, Any]) -> str:
    """Read in which conversation somebody acted, empty in a modal or on Home."""
    channel = body.get("channel")
    return str((channel.get("id") if isinstance(channel, dict) else channel) or "")


def action_id(body: Mapping[str, Any]) -> str:
    """Read which button was pressed."""
    return str(body["actions"][0]["action_id"])


def view_id(body: Mapping[str, Any]) -> str:
    """Read in which modal or Home somebody acted; empty in a message."""
    return str((body.get("view") or {}).get("id") or "")


def once(body: Mapping[str, Any]) -> str:
    """Name a sent form, alike when the same person sends it again, corrected or not; empty without an id.

    Slack's id of the view alone would do; a stand-in for Slack may begin to count anew, or never count.
    """
    stands = str((body.get("view") or {}).get("hash") or "")
    return f"{view_id(body)}:{stands}:{user_id(body)}" if view_id(body) else ""


def in_modal(body: Mapping[str, Any]) -> bool:
    """Tell whether somebody acted in a modal, on top of which another can be put."""
    return (body.get("view") or {}).get("type") == "modal"


def trigger(body: Mapping[str, Any]) -> str:
    """Read the right to open one modal, which lives 3 s; a stand-in for Slack may not give it."""
    trigger_id = str(body.get("trigger_id") or "")
    if not trigger_id:
        raise Refused("Slack gave me no way to open a form here. Please try again.")
    return trigger_id
