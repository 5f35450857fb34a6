"""Settings: read once, typed, and refused in one line when they are wrong."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from bot import settings
from bot.errors import Misconfigured
from bot.settings import GoogleSettings, Settings

if TYPE_CHECKING:
    from pathlib import Path

BOT_TOKEN, APP_TOKEN, SECRET = "xo" + "xb-secret-of-bot", "xa" + "pp-secret-of-app", "signing-secret"
SLACK = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SECRET}
SOCKET = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
PAGE = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": SECRET,
    "SLACK_SIGNING_SECRET": SECRET,
    "GEMINI_KEY_BOT_SEALING_KEYS": "x",
    "GEMINI_KEY_BOT_POLICY_DIR": "policies",
}
REDIS = {"REDIS_URL": "redis://127.0.0.1:6379/0"}
Load = Callable[..., Settings]

OURS = "GEMINI_KEY_BOT_"


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Read the settings from an environment that holds these names and no others of ours."""

    def read(**environment: str) -> Settings:
        for name in list(os.environ):
            if name.startswith((OURS, "SLACK_", "REDIS_URL", "OTEL_")) or name == "PORT":
                monkeypatch.delenv(name)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return settings.load()

    return read


def test_nothing_set_is_the_default(load: Load) -> None:
    """Without a single setting the bot speaks to the real Slack and Google, and brings its own Redis."""
    known = load()

    assert known.slack_api_url == "https://slack.com/api/"
    assert known.google.apikeys == "apikeys.googleapis.com"
    assert known.redis_url is None
    assert known.http_host == "127.0.0.1"
    assert known.port == 3000


def test_googles_hosts_are_googles() -> None:
    """Every default address is one of Google's, over TLS where it says how."""
    for name, address in GoogleSettings().model_dump().items():
        host = address.removeprefix("https://")
        assert host.endswith((".googleapis.com", "console.cloud.google.com")), name
        assert "http://" not in address


def test_names_of_the_ecosystem_and_our_own(load: Load, tmp_path: Path) -> None:
    """Slack's, Redis's and the platform's names keep their own spelling; ours carry our prefix."""
    known = load(
        **SLACK,
        **REDIS,
        PORT="8080",
        GEMINI_KEY_BOT_POLICY_FILE=str(tmp_path / "rules.toml"),
        GEMINI_KEY_BOT_GOOGLE__APIKEYS="localhost:4433",
        GEMINI_KEY_BOT_LOG_LEVEL="debug",
    )

    assert known.slack_bot_token is not None
    assert known.slack_bot_token.get_secret_value() == BOT_TOKEN
    assert known.redis_url is not None
    assert known.redis_url.get_secret_value() == REDIS["REDIS_URL"]
    assert (known.port, known.log_level) == (8080, "debug")
    assert known.policy_file == tmp_path / "rules.toml"
    assert known.google.apikeys == "localhost:4433"
    assert known.google.iam == "iam.googleapis.com"


def test_secrets_do_not_print(load: Load) -> None:
    """Neither the text nor the representation of the settings shows a credential."""
    known = load(**SLACK, SLACK_APP_TOKEN=APP_TOKEN, REDIS_URL="redis://user:pass" + "word@127.0.0.1:6379")

    for said in (str(known), repr(known), f"{known.slack_bot_token} {known.redis_url}"):
        assert not any(secret in said for secret in (BOT_TOKEN, APP_TOKEN, SECRET, "pass" + "word@"))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("GEMINI_KEY_BOT_POLICYFILE", "Did you mean GEMINI_KEY_BOT_POLICY_FILE?"),
        ("GEMINI_KEY_BOT_TRANPORT", "Did you mean GEMINI_KEY_BOT_TRANSPORT?"),
        ("GEMINI_KEY_BOT_GOOGLE__APIKEY", "Did you mean GEMINI_KEY_BOT_GOOGLE__APIKEYS?"),
        ("GEMINI_KEY_BOT_GOOGLE_APIKEYS", "Did you mean GEMINI_KEY_BOT_GOOGLE__APIKEYS?"),
        ("GEMINI_KEY_BOT_REDIS_URL", "There is no setting GEMINI_KEY_BOT_REDIS_URL."),
        ("gemini_key_bot_log_levl", "Did you mean GEMINI_KEY_BOT_LOG_LEVEL?"),
    ],
)
def test_a_misspelt_name_stops_the_start(load: Load, name: str, hint: str) -> None:
    """A setting that would be ignored in silence is named, with the nearest one that exists."""
    with pytest.raises(Misconfigured) as refusal:
        load(**{name: "x"})

    assert f"There is no setting {name}." in str(refusal.value)
    assert hint in str(refusal.value)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PORT": "eighty"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"PORT": "-1"}, "PORT"),
        ({"GEMINI_KEY_BOT_LOG_LEVEL": "loud"}, "GEMINI_KEY_BOT_LOG_LEVEL"),
        ({"GEMINI_KEY_BOT_DRAIN_SECONDS": "-1"}, "GEMINI_KEY_BOT_DRAIN_SECONDS"),
        ({"GEMINI_KEY_BOT_TRANSPORT": "pigeon"}, "GEMINI_KEY_BOT_TRANSPORT"),
        ({"GEMINI_KEY_BOT_TRANSPORT": "socket", **SLACK}, "needs SLACK_APP_TOKEN"),
        ({"GEMINI_KEY_BOT_TRANSPORT": "http", **SOCKET}, "needs SLACK_SIGNING_SECRET"),
    ],
)
def test_a_wrong_value_or_a_contradiction_stops_the_start(
    load: Load, environment: dict[str, str], said: str
) -> None:
    """One line names the setting as it is spelt in the environment."""
    with pytest.raises(Misconfigured) as refusal:
        load(**environment)

    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_wrong_value_is_not_repeated(load: Load) -> None:
    """Somebody who puts a token into the wrong variable does not find it in the log."""
    with pytest.raises(Misconfigured) as refusal:
        load(PORT=BOT_TOKEN)

    assert BOT_TOKEN not in str(refusal.value)


def test_an_empty_variable_is_unset(load: Load) -> None:
    """Compose files that pass empty variables mean "not set"."""
    known = load(REDIS_URL="", SLACK_APP_TOKEN="", PORT="", **SLACK)

    assert (known.redis_url, known.slack_app_token, known.port) == (None, None, 3000)


def test_delivery_follows_the_tokens(load: Load) -> None:
    """An app-level token means Socket Mode; the setting decides where both ways are open."""
    assert load(**SLACK).delivery == "http"
    assert load(**SOCKET).delivery == "socket"
    assert load(**SLACK, SLACK_APP_TOKEN=APP_TOKEN, GEMINI_KEY_BOT_TRANSPORT="http").delivery == "http"


@pytest.mark.parametrize(
    ("role", "environment", "said"),
    [
        ("worker", {**SLACK, **REDIS}, "must not hold Slack's tokens"),
        ("worker", {"SLACK_SIGNING_SECRET": SECRET, **REDIS}, "must not hold Slack's tokens"),
        ("worker", {"SLACK_APP_TOKEN": APP_TOKEN, **REDIS}, "must not hold Slack's tokens"),
        ("worker", {"GEMINI_KEY_BOT_SEALING_KEYS": "x", **REDIS}, "must not hold what opens Slack"),
        ("worker", {}, "serve --role worker needs REDIS_URL"),
        ("slack", SLACK, "serve --role slack needs REDIS_URL"),
        ("slack", REDIS, "SLACK_BOT_TOKEN is missing"),
        ("all", {}, "SLACK_BOT_TOKEN is missing"),
        ("all", {"SLACK_BOT_TOKEN": BOT_TOKEN}, "SLACK_SIGNING_SECRET is missing"),
    ],
)
def test_each_role_needs_its_own_and_nothing_else(
    load: Load, role: settings.Role, environment: dict[str, str], said: str
) -> None:
    """A role that lacks what it needs, or holds what it must not, does not start."""
    with pytest.raises(Misconfigured) as refusal:
        load(**environment).check_role(role)

    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("role", "environment"),
    [
        ("worker", REDIS),
        ("slack", SLACK | REDIS),
        ("slack", SOCKET | REDIS),
        ("slack", PAGE | REDIS),
        ("all", SLACK),
        ("all", SOCKET),
    ],
)
def test_each_role_starts_with_its_own(load: Load, role: settings.Role, environment: dict[str, str]) -> None:
    """What a role needs is enough."""
    load(**environment).check_role(role)


@pytest.mark.parametrize("missing", sorted(PAGE))
def test_an_install_page_needs_all_of_its_settings(load: Load, missing: str) -> None:
    """The first that is missing is named; with one policy for all it would be one for whoever installs."""
    without = {name: value for name, value in PAGE.items() if name != missing}
    with pytest.raises(Misconfigured, match=f"needs {missing}, too"):
        load(**without)


def test_an_install_page_takes_no_token_beside_it(load: Load) -> None:
    """A bot token would be of one workspace, and Socket Mode takes no page."""
    for beside in ({"SLACK_BOT_TOKEN": BOT_TOKEN}, {"SLACK_APP_TOKEN": APP_TOKEN}):
        with pytest.raises(Misconfigured, match="unset SLACK_BOT_TOKEN and SLACK_APP_TOKEN"):
            load(**PAGE, **beside)


def test_nothing_changes_after_the_start(load: Load) -> None:
    """Settings are frozen."""
    known = load()

    with pytest.raises(ValueError, match="frozen"):
        known.port = 1


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("REDIS_URI", "REDIS_URL"),
        ("SLACK_BOT_TOKENS", "SLACK_BOT_TOKEN"),
        ("SLACK_SIGNIN_SECRET", "SLACK_SIGNING_SECRET"),
    ],
)
def test_a_near_miss_of_a_borrowed_name_is_not_ignored(name: str, meant: str) -> None:
    """A misspelt REDIS_URL must not start an empty Redis of its own in silence."""
    assert settings.unknown_names({name: "x"}) == [f"There is no setting {name}. Did you mean {meant}?"]
    assert settings.unknown_names({name: "x", meant: "y"}) == []


@pytest.mark.parametrize("name", ["SLACK_API_TOKEN", "SLACK_CLIENT_SECRET", "REDIS_HOST", "REDIS_PASSWORD"])
def test_settings_of_other_tools_are_left_alone(name: str) -> None:
    """What stands there for others stops nothing."""
    assert settings.unknown_names({name: "x"}) == []


def test_a_secret_may_be_a_mounted_file(load: Load, tmp_path: Path) -> None:
    """`NAME_FILE` names the file that holds NAME; an editor's last line break is no part of the secret."""
    for name, text in (("token", BOT_TOKEN + "\n"), ("url", REDIS["REDIS_URL"])):
        (tmp_path / name).write_text(text)

    known = load(
        SLACK_BOT_TOKEN_FILE=str(tmp_path / "token"),
        SLACK_SIGNING_SECRET=SECRET,
        REDIS_URL_FILE=str(tmp_path / "url"),
    )

    assert known.slack_bot_token is not None
    assert known.slack_bot_token.get_secret_value() == BOT_TOKEN
    assert known.redis_url is not None
    assert known.redis_url.get_secret_value() == REDIS["REDIS_URL"]
    known.check_role("slack")


def test_a_worker_with_slacks_token_in_a_file_does_not_start(load: Load, tmp_path: Path) -> None:
    """The separation of the roles looks into mounted files too."""
    (tmp_path / "token").write_text(BOT_TOKEN)

    with pytest.raises(Misconfigured, match="must not hold Slack's tokens"):
        load(**REDIS, SLACK_BOT_TOKEN_FILE=str(tmp_path / "token")).check_role("worker")


@pytest.mark.parametrize(
    ("content", "beside", "said"),
    [
        (None, {}, "SLACK_BOT_TOKEN_FILE names a file that can't be read: FileNotFoundError"),
        ("\n", {}, "SLACK_BOT_TOKEN_FILE names a file that is empty"),
        (BOT_TOKEN, {"SLACK_BOT_TOKEN": BOT_TOKEN}, "Both SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are set"),
    ],
)
def test_a_secret_file_that_says_nothing_sure_stops_the_start(
    load: Load, tmp_path: Path, content: str | None, beside: dict[str, str], said: str
) -> None:
    """A file that is missing, empty or contradicted is named; what it holds is not shown."""
    path = tmp_path / "token"
    if content is not None:
        path.write_text(content)

    with pytest.raises(Misconfigured) as refusal:
        load(**beside, SLACK_BOT_TOKEN_FILE=str(path))

    assert said in str(refusal.value)
    assert BOT_TOKEN not in str(refusal.value)
