"""The Slack app manifest: what an app must be made of for the listeners to hear everything."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from handlers.commands import gemini_key
from handlers.events import app_uninstalled
from handlers.shortcuts import why_403_message
from handlers.surfaces import workflow_step as step

NAME = "Gemini Keys"
# Each with what is lost without it; `doctor` says so, and a test holds them against the calls that are made.
SCOPES = {
    "commands": "the command /gemini-key and the message shortcut",
    "chat:write": "cards, direct messages and answers",
    "files:write": "the picture of a key's calls, which /gemini-key usage sends",
    "im:write": "direct messages to requesters",
    "users:read": "who somebody is, and whether he is a guest",
    "users:read.email": "the Google account behind a Slack account",
    "usergroups:read": "approvers named by a user group",
    "channels:read": "whether a public approval channel is shared with strangers",
    "groups:read": "whether a private approval channel is shared with strangers",
}
EVENTS = ("app_home_opened", "subteam_members_changed", "user_change")

REDIRECT = "/slack/oauth_redirect"

Manifest = dict[str, Any]


STEP_EVENT = "function_executed"


def build(url: str = "", *, workflow_step: bool = False, oauth: bool = False) -> Manifest:
    """Describe the app for Socket Mode, or for HTTP at `url`: Slack takes this as an app manifest (JSON).

    The custom step is asked for, because Slack offers steps on paid plans only, and to org-ready apps.
    With `oauth` the app is installed from our own page, and Slack sends people back there.
    """
    document = _app(url)
    settings, subscribed = document["settings"], document["settings"]["event_subscriptions"]
    if oauth:
        subscribed["bot_events"] += app_uninstalled.EVENTS
        document["oauth_config"] |= {"redirect_urls": [_beside(url, REDIRECT)]}
    if not workflow_step:
        return document
    events = {**subscribed, "bot_events": [*subscribed["bot_events"], STEP_EVENT]}
    remote = {"org_deploy_enabled": True, "function_runtime": "remote", "event_subscriptions": events}
    functions = {step.CALLBACK_ID: step.DEFINITION}
    return {**document, "functions": functions, "settings": {**settings, **remote}}


def _beside(url: str, path: str) -> str:
    """Address what stands in the request URL's own folder, whatever a proxy puts in front of it."""
    return urljoin(url, path.rpartition("/")[2])


def _app(url: str) -> Manifest:
    address = {"request_url": url} if url else {}
    menus = {"message_menu_options_url": url} if url else {}
    return {
        "display_information": {
            "name": NAME,
            "description": "Google Gemini access: one command, one approval, a working key.",
            "background_color": "#1a56c4",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [
                {
                    "name": "Why this 403?",
                    "type": "message",
                    "callback_id": why_403_message.CALLBACK_ID,
                    "description": "Say why the Gemini call in this message failed.",
                }
            ],
            "slash_commands": [
                {
                    "command": gemini_key.COMMAND,
                    **({"url": url} if url else {}),
                    "description": "Get, look after and debug Google Gemini API keys",
                    "usage_hint": "request | list | usage GK-… | why-403 [error] | help",
                    # A mention comes as `<@U…>`; texts for why-403 are read with or without escapes.
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **address, **menus},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }
