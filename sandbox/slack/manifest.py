"""Describe the installed app the way its manifest does."""

from __future__ import annotations

from dataclasses import asdict, dataclass

APP_ID = "A0GEMINI"
APP_NAME = "Gemini Keys"
BOT_ID = "B0BOT"
BOT_USER_ID = "U0BOT"
BOT_USER_NAME = "gemini_keys"

BOT_SCOPES = (
    "commands",
    "chat:write",
    "im:write",
    "users:read",
    "users:read.email",
    "usergroups:read",
    "channels:read",
    "groups:read",
)
BOT_EVENTS = ("app_home_opened", "user_change")
APP_SCOPES = ("connections:write",)


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """One slash command as the composer offers it."""

    command: str
    description: str
    usage_hint: str


@dataclass(frozen=True, slots=True)
class MessageShortcut:
    """One entry of a message's menu."""

    callback_id: str
    name: str


SLASH_COMMANDS = (
    SlashCommand(
        command="/gemini-key",
        description="Get, look after and debug Google Gemini API keys",
        usage_hint="request | list | why-403 [error] | help",
    ),
)
MESSAGE_SHORTCUTS = (MessageShortcut(callback_id="why_403_message", name="Why this 403?"),)


def slash_commands() -> list[dict[str, str]]:
    """List the slash commands for the composer's autocomplete."""
    return [asdict(command) for command in SLASH_COMMANDS]


def knows_command(command: str) -> bool:
    """Tell whether the app registered this slash command."""
    return any(each.command == command for each in SLASH_COMMANDS)


def knows_shortcut(callback_id: str) -> bool:
    """Tell whether the app registered this message shortcut."""
    return any(each.callback_id == callback_id for each in MESSAGE_SHORTCUTS)
