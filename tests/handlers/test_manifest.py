"""The manifest that `gemini-key-bot manifest` prints is exactly what the listeners and calls need."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import handlers
from bot.cli.main import app as cli
from handlers import manifest
from handlers.commands.gemini_key import VERBS
from sandbox.slack import manifest as slack
from sandbox.slack.web_api.endpoint import METHODS
from tests.support.registered import Registered

ROOT = Path(__file__).parents[2]
HTTP = "https://gemini-key-bot.example.com"
RENDERED = {
    "deploy/slack/manifest.socket.json": (),
    "deploy/slack/manifest.http.json": ("--http", HTTP),
    "deploy/slack/manifest.workspaces.json": ("--http", HTTP, "--oauth"),
    "sandbox/slack/app_manifest.json": ("--workflow-step",),
}
# What the sandbox's methods need beyond the one scope in their table, and what no method needs.
BESIDE = {"conversations.info": {"channels:read", "groups:read"}, "users.info": {"users:read.email"}}
NO_METHOD = {"commands"}


def printed(*arguments: str) -> str:
    shown = CliRunner().invoke(cli, ["manifest", *arguments])
    assert shown.exit_code == 0, shown.output
    return shown.output


@pytest.mark.parametrize(("name", "arguments"), RENDERED.items())
def test_the_rendered_copies_are_fresh(name: str, arguments: tuple[str, ...]) -> None:
    """`make manifest` makes these files; a listener or scope that came since fails here."""
    assert (ROOT / name).read_text(encoding="utf-8") == printed(*arguments)


def test_commands_events_and_shortcuts_are_those_that_are_listened_to() -> None:
    """What Slack would deliver somebody hears, and nobody waits for what Slack does not deliver."""
    asked, app = Registered().asked, slack.install(manifest.build(workflow_step=True))

    assert {each.command for each in app.commands} == set(asked["command"])
    assert set(app.events) == {*asked["event"], "function_executed"}
    assert {each.callback_id for each in app.functions} == set(asked["function"])
    assert {each.callback_id for each in app.shortcuts} == {each["callback_id"] for each in asked["shortcut"]}
    assert app.home_tab


def test_every_word_of_the_usage_hint_is_known() -> None:
    """The composer suggests no word that the command does not know."""
    (command,) = slack.install(manifest.build()).commands

    words = {each.strip().split(" ")[0] for each in command.usage_hint.split("|")}

    assert words <= set(VERBS), words - set(VERBS)


def test_the_scopes_are_those_that_the_calls_need() -> None:
    """Each method that the code calls is allowed by a scope, and each scope serves a call."""
    needed = set(NO_METHOD)
    for method in called():
        needed |= {METHODS[method].scope} - {""} | BESIDE.get(method, set())

    assert needed == set(manifest.SCOPES)


def called() -> set[str]:
    """Find every Web API method that the Slack side calls, as slack_sdk names them."""
    known = {name.replace(".", "_"): name for name, method in METHODS.items() if method.token == "bot"}
    return {
        known[node.attr]
        for path in Path(handlers.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in known
    }


def test_over_http_every_door_has_the_one_request_url() -> None:
    """With --http the socket is off, and commands, buttons, menus and events come to one https address."""
    document = json.loads(printed("--http", f"{HTTP}/"))
    settings = document["settings"]
    url = f"{HTTP}/slack/events"

    assert not slack.install(document).socket_mode
    assert [command["url"] for command in document["features"]["slash_commands"]] == [url]
    assert settings["interactivity"]["request_url"] == url
    assert settings["interactivity"]["message_menu_options_url"] == url
    assert settings["event_subscriptions"]["request_url"] == url


def test_an_app_that_is_installed_from_our_page_comes_back_to_it_and_hears_of_its_end() -> None:
    """With --oauth Slack knows the way back, and tells when a workspace takes the app out."""
    document = json.loads(printed("--http", HTTP, "--oauth"))
    plain = json.loads(printed("--http", HTTP))

    assert document["oauth_config"].pop("redirect_urls") == [f"{HTTP}{manifest.REDIRECT}"]
    events = document["settings"]["event_subscriptions"]["bot_events"]
    assert set(events) - set(manifest.EVENTS) == {"app_uninstalled", "tokens_revoked"}
    document["settings"]["event_subscriptions"]["bot_events"] = list(manifest.EVENTS)
    assert document == plain
    assert CliRunner().invoke(cli, ["manifest", "--oauth"]).exit_code == 2


def test_the_way_back_keeps_what_a_proxy_puts_in_front() -> None:
    """Behind a path prefix Slack sends people back below it, as it sends everything else there."""
    document = json.loads(printed("--http", f"{HTTP}/bots/gemini", "--oauth"))

    assert document["oauth_config"]["redirect_urls"] == [f"{HTTP}/bots/gemini{manifest.REDIRECT}"]


def test_a_step_and_the_install_page_do_not_go_together() -> None:
    """Slack shows steps where a whole organization installed the app, and the page refuses organizations."""
    shown = CliRunner().invoke(cli, ["manifest", "--http", HTTP, "--oauth", "--workflow-step"])

    assert shown.exit_code == 2
    assert "display_information" not in shown.output


@pytest.mark.parametrize(
    "address", ["http://bot.example.com", "bot.example.com", "https://", "https://x/?a=b"]
)
def test_an_address_that_slack_does_not_call_is_refused(address: str) -> None:
    """Slack delivers to https addresses only; the manifest editor would say so much later."""
    shown = CliRunner().invoke(cli, ["manifest", "--http", address])

    assert shown.exit_code == 2
    assert '"request_url"' not in shown.output


def test_the_step_is_asked_for() -> None:
    """Slack takes no step on a free plan, so the manifest that everybody pastes has none."""
    plain = json.loads(printed())

    assert "functions" not in plain
    assert plain["settings"]["org_deploy_enabled"] is False
    assert slack.install(plain).functions == ()


def broken(**changes: Any) -> dict[str, Any]:
    """Take parts out of the real manifest, or put others in, by dotted place."""
    document: dict[str, Any] = json.loads(json.dumps(manifest.build(workflow_step=True)))
    for place, value in changes.items():
        part: Any = document
        *path, last = place.split("__")
        for name in path:
            part = part[int(name)] if name.isdigit() else part[name]
        part[last] = value
    return document


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (broken(display_information__name="x" * 36), "display_information.name"),
        (broken(settings__socket_mode_enabled=False), "settings.interactivity.request_url"),
        (broken(features__slash_commands__0__command="gemini-key"), "features.slash_commands"),
        (broken(oauth_config__scopes__bot=["chat:write"]), "oauth_config.scopes.bot"),
        (broken(features__app_home__home_tab_enabled=False), "features.app_home"),
        (broken(features__shortcuts__0__description=""), "features.shortcuts.description"),
        (broken(settings__org_deploy_enabled=False), "settings.org_deploy_enabled"),
        (broken(settings__function_runtime="slack"), "settings.function_runtime"),
        (broken(settings__event_subscriptions__bot_events=["user_change"]), "settings.event_subscriptions"),
        (broken(functions={}), "settings.event_subscriptions"),
        (broken(functions__request_gemini_key__title=""), "functions.request_gemini_key.title"),
        (
            broken(functions__request_gemini_key__input_parameters__days__type="timedelta"),
            "functions.request_gemini_key.input_parameters.days.type",
        ),
        ({}, "features"),
    ],
)
def test_the_sandbox_takes_no_manifest_that_slack_would_not(document: dict[str, Any], place: str) -> None:
    """The sandbox installs the app from the same JSON, and names the place that is wrong."""
    with pytest.raises(slack.InvalidManifest, match=place.replace(".", r"\.")):
        slack.install(document)
