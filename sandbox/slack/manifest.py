"""Install the app from its manifest, as strictly as Slack does where an app is made from one.

`app_manifest.json` is what `gemini-key-bot manifest` prints; the sandbox reads it as Slack would and knows
the app by nothing else.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sandbox.slack.functions import TYPES, Function, Parameter

APP_ID = "A0GEMINI"
BOT_ID = "B0BOT"
BOT_USER_ID = "U0BOT"
STEP_EVENT = "function_executed"
APP_SCOPES = ("connections:write",)
FILE = Path(__file__).parent / "app_manifest.json"

# Slack: manifest schema 2.0.0, as far as this app uses it.
_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
_CALLBACK = re.compile(r"[a-z][a-z0-9_]{0,99}")
_SCOPE = re.compile(r"[a-z]+(?:[:.][a-z.]+)*")
_LONGEST = {
    "name": 35,
    "display_name": 80,
    "description": 2000,
    "usage_hint": 1000,
    "callback_id": 255,
    "title": 255,
}
_MOST_COMMANDS, _MOST_SHORTCUTS = 50, 10


class InvalidManifest(ValueError):  # noqa: N818 - Slack's own word for it
    """Say what Slack would not take, and where."""


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """One slash command as the composer offers it."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class MessageShortcut:
    """One entry of a message's menu."""

    callback_id: str
    name: str


@dataclass(frozen=True, slots=True)
class App:
    """What an installed app is and may do."""

    name: str
    scopes: tuple[str, ...]
    events: tuple[str, ...]
    home_tab: bool
    socket_mode: bool
    commands: tuple[SlashCommand, ...]
    shortcuts: tuple[MessageShortcut, ...]
    functions: tuple[Function, ...]


def install(document: dict[str, Any]) -> App:
    """Read a manifest; `InvalidManifest` names the first thing that Slack would refuse."""
    features, settings = _part(document, "features"), _part(document, "settings")
    scopes = tuple(_part(document, "oauth_config").get("scopes", {}).get("bot", ()))
    events = tuple(settings.get("event_subscriptions", {}).get("bot_events", ()))
    commands = tuple(_command(each) for each in features.get("slash_commands", ()))
    shortcuts = tuple(_shortcut(each) for each in features.get("shortcuts", ()))
    _check(len(commands) <= _MOST_COMMANDS, "features.slash_commands", "too many")
    _check(len(shortcuts) <= _MOST_SHORTCUTS, "features.shortcuts", "too many")
    for scope in scopes:
        _check(_SCOPE.fullmatch(scope) is not None, "oauth_config.scopes.bot", f"no such scope: {scope}")
    if commands or shortcuts:
        _check("commands" in scopes, "oauth_config.scopes.bot", "commands is missing")
    _check_delivery(settings, commands=features.get("slash_commands", ()))
    home = bool(features.get("app_home", {}).get("home_tab_enabled"))
    _check(home or "app_home_opened" not in events, "features.app_home", "app_home_opened needs the Home tab")
    functions = _functions(document, settings, events)
    return App(
        name=_text(_part(document, "display_information"), "name", "display_information"),
        scopes=scopes,
        events=events,
        home_tab=home,
        socket_mode=bool(settings.get("socket_mode_enabled")),
        commands=commands,
        shortcuts=shortcuts,
        functions=functions,
    )


def _functions(
    document: dict[str, Any], settings: dict[str, Any], events: tuple[str, ...]
) -> tuple[Function, ...]:
    """Read the custom steps: only an org-ready app that runs elsewhere has any, and it must hear of them."""
    found = document.get("functions", {})
    heard = STEP_EVENT in events
    _check(heard == bool(found), "settings.event_subscriptions", f"{STEP_EVENT} belongs to functions")
    if found:
        _check(settings.get("org_deploy_enabled") is True, "settings.org_deploy_enabled", "functions need it")
        remote = settings.get("function_runtime") == "remote"
        _check(remote, "settings.function_runtime", "functions of an own server need remote")
    return tuple(_function(callback_id, each) for callback_id, each in found.items())


def _function(callback_id: str, each: dict[str, Any]) -> Function:
    place = f"functions.{callback_id}"
    _check(_CALLBACK.fullmatch(callback_id) is not None, place, "no callback_id")
    return Function(
        callback_id,
        _text(each, "title", place),
        _text(each, "description", place),
        _parameters(each, "input_parameters", place),
        _parameters(each, "output_parameters", place),
    )


def _parameters(each: dict[str, Any], side: str, place: str) -> tuple[Parameter, ...]:
    return tuple(
        _parameter(name, parameter, f"{place}.{side}.{name}")
        for name, parameter in each.get(side, {}).items()
    )


def _parameter(name: str, each: dict[str, Any], place: str) -> Parameter:
    _check(each.get("type") in TYPES, f"{place}.type", "no such type")
    _check(isinstance(each.get("is_required"), bool), f"{place}.is_required", "true or false")
    title, description = _text(each, "title", place), _text(each, "description", place)
    return Parameter(name, str(each["type"]), title, description, each["is_required"])


def _check_delivery(settings: dict[str, Any], commands: Any) -> None:
    """Ask for a request URL wherever something is delivered and no socket is open for it."""
    interactivity, events = settings.get("interactivity", {}), settings.get("event_subscriptions", {})
    _check(bool(interactivity.get("is_enabled")), "settings.interactivity", "the app's buttons need it")
    if settings.get("socket_mode_enabled"):
        return
    for place, part in (("interactivity", interactivity), ("event_subscriptions", events)):
        _check(_https(part.get("request_url")), f"settings.{place}.request_url", "an https URL is needed")
    for command in commands:
        _check(_https(command.get("url")), "features.slash_commands.url", "an https URL is needed")


def _command(each: dict[str, Any]) -> SlashCommand:
    place = "features.slash_commands"
    command = _text(each, "command", place)
    _check(_COMMAND.fullmatch(command) is not None, place, f"{command} is no name for a command")
    hint = _text(each, "usage_hint", place) if "usage_hint" in each else ""
    escapes = each.get("should_escape", False) is True
    return SlashCommand(command, _text(each, "description", place), hint, escapes)


def _shortcut(each: dict[str, Any]) -> MessageShortcut:
    place = "features.shortcuts"
    _check(each.get("type") in {"message", "global"}, place, "type must be message or global")
    _text(each, "description", place)
    return MessageShortcut(_text(each, "callback_id", place), _text(each, "name", place))


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    part = document.get(name)
    _check(isinstance(part, dict), name, "is missing")
    return part or {}


def _text(part: dict[str, Any], name: str, place: str) -> str:
    value = part.get(name)
    longest = _LONGEST.get(name, _LONGEST["callback_id"])
    _check(isinstance(value, str) and 0 < len(value) <= longest, f"{place}.{name}", f"1 to {longest} letters")
    return str(value)


def _https(url: object) -> bool:
    return isinstance(url, str) and url.startswith("https://")


def _check(fine: bool, place: str, problem: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not fine:
        raise InvalidManifest(f"{place}: {problem}")


APP = install(json.loads(FILE.read_text(encoding="utf-8")))
APP_NAME = APP.name
BOT_USER_NAME = APP.name.lower().replace(" ", "_")
BOT_SCOPES, BOT_EVENTS = APP.scopes, APP.events
SLASH_COMMANDS, MESSAGE_SHORTCUTS, FUNCTIONS = APP.commands, APP.shortcuts, APP.functions


def slash_commands() -> list[dict[str, Any]]:
    """List the slash commands for the composer's autocomplete."""
    return [asdict(command) for command in SLASH_COMMANDS]


def escapes(command: str) -> bool:
    """Tell whether the command gets mentions as ids, and &, < and > escaped."""
    return any(each.command == command and each.should_escape for each in SLASH_COMMANDS)


def knows_command(command: str) -> bool:
    """Tell whether the app registered this slash command."""
    return any(each.command == command for each in SLASH_COMMANDS)


def knows_shortcut(callback_id: str) -> bool:
    """Tell whether the app registered this message shortcut."""
    return any(each.callback_id == callback_id for each in MESSAGE_SHORTCUTS)
