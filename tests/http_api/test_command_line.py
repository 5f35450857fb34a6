"""`gemini-key-bot api token`: make, list and revoke, as whoever operates the bot does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from bot.domain.api_token import name_in
from bot.errors import BotError
from tests.http_api.conftest import POLICY
from tests.support.people import TEAM

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer.testing import Result

    Run = Callable[..., Result]


@pytest.fixture
def run(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Type a command where REDIS_URL leads to the bot's Redis."""
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("GEMINI_KEY_BOT_POLICY_FILE", str(POLICY))
    return lambda *arguments: CliRunner().invoke(app, ["api", "token", *arguments])


def test_made_listed_revoked(run: Run) -> None:
    """The token is printed once, its name is listed until it is revoked."""
    here = ("--workspace", TEAM)

    made = run("create", "--name", "portal", "--scopes", "request, read", "--for", "U0ADA", *here)
    assert (made.exit_code, name_in(made.stdout.strip())) == (0, "portal")
    (line,) = run("list").stdout.splitlines()
    assert line.startswith("portal  until ")
    assert line.endswith("  read,request  for U0ADA  last used never")
    assert made.stdout.strip() not in line

    assert run("revoke", "portal").stdout == "portal is revoked\n"
    assert run("list").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("create", "--name", "portal"), "Say which workspace it is for"),
        (("create", "--name", "P", "--workspace", TEAM), "lower-case"),
        (("create", "--name", "portal", "--days", "0", "--workspace", TEAM), "1 to 366 days"),
        (("revoke", "ghost", "--workspace", TEAM), "There is no token ghost"),
    ],
    ids=["no workspace", "name", "days", "unknown"],
)
def test_what_is_wrong_is_said(run: Run, arguments: tuple[str, ...], said: str) -> None:
    """Each mistake ends with its sentence, which `main` prints as one line."""
    ended = run(*arguments)

    assert isinstance(ended.exception, BotError)
    assert said in str(ended.exception)


def test_a_scope_that_is_none(run: Run) -> None:
    """There is nothing like `approve` to ask for."""
    ended = run("create", "--name", "portal", "--scopes", "approve", "--workspace", TEAM)

    assert ended.exit_code == 2
    assert "approve is no scope: read, request" in ended.output
