"""`gemini-key-bot`: what it says on the command line, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PREFIXES = ("GEMINI_KEY_BOT_", "SLACK_", "REDIS_URL")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would, without any setting but these."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIXES)}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=own | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_help_lists_the_commands() -> None:
    """The names that scripts rely on are there."""
    shown = run("--help")

    assert shown.returncode == 0
    for name in ("serve", "sandbox", "demo", "policy", "why-403"):
        assert name in shown.stdout


def test_the_version_is_the_packages() -> None:
    """Whoever reports a fault can say of which version."""
    assert run("--version").stdout.split() == ["gemini-key-bot", metadata.version("gemini-key-bot")]


def test_what_seals_tokens_is_loaded_by_nobody_else() -> None:
    """Cryptography takes time to load, and only who serves several workspaces needs it."""
    script = "import sys, bot.serving.role, bot.cli.main, handlers.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert "cryptography.fernet" not in loaded.stdout.split()


def test_a_good_policy_is_counted() -> None:
    """A file without a problem is summed up, with exit code 0."""
    shown = run("policy", "check", "sandbox/policy.toml")

    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == "sandbox/policy.toml: 7 projects, 2 environments, no problem\n"


def test_a_bad_policy_is_told_by_line(tmp_path: Path) -> None:
    """Each problem is one line that editors can jump to, with exit code 1."""
    path = tmp_path / "policy.toml"
    path.write_text((ROOT / "sandbox" / "policy.toml").read_text().replace('"8h"', '"soon"'))

    shown = run("policy", "check", str(path))

    assert shown.returncode == 1
    (line,) = shown.stderr.splitlines()
    number = path.read_text().splitlines().index('lapse_after = "soon"') + 1
    assert line.startswith(f"{path}:{number}: approval.lapse_after: ")


def test_a_missing_policy_is_no_traceback() -> None:
    """A path that leads nowhere is a usage error."""
    shown = run("policy", "check", "/nowhere/policy.toml")

    assert shown.returncode == 2
    assert "Traceback" not in shown.stderr
    assert "/nowhere/policy.toml" in shown.stderr


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "SLACK_BOT_TOKEN is missing"),
        ({"GEMINI_KEY_BOT_POLICYFILE": "x"}, "Did you mean GEMINI_KEY_BOT_POLICY_FILE?"),
        ({"SLACK_BOT_TOKEN": "x"}, "SLACK_SIGNING_SECRET is missing"),
        (
            {"GEMINI_KEY_BOT_POLICY_FILE": "a.toml", "GEMINI_KEY_BOT_POLICY_DIR": "b"},
            "set GEMINI_KEY_BOT_POLICY_FILE (one policy for every workspace) or GEMINI_KEY_BOT_POLICY_DIR",
        ),
        (
            {"SLACK_BOT_TOKEN": "x", "SLACK_SIGNING_SECRET": "x", "GEMINI_KEY_BOT_POLICY_DIR": "/nowhere"},
            "The policy folder /nowhere can't be read: No such file or directory.",
        ),
    ],
    ids=["nothing", "misspelt", "half", "two policies", "no folder"],
)
def test_what_is_missing_is_one_line(environment: dict[str, str], said: str) -> None:
    """A start that cannot be is refused in one line with exit code 2."""
    shown = run("serve", **environment)

    assert shown.returncode == 2
    (line,) = shown.stderr.splitlines()
    assert line.startswith("gemini-key-bot: ")
    assert said in line


def test_a_worker_with_slacks_tokens_does_not_start() -> None:
    """Whoever steals one process must not be able to approve and to mint."""
    shown = run("serve", "--role", "worker", SLACK_BOT_TOKEN="x", REDIS_URL="redis://127.0.0.1:1")

    assert shown.returncode == 2
    assert "must not hold Slack's tokens" in shown.stderr


def test_an_unknown_role_is_a_usage_error() -> None:
    """Only the three roles exist."""
    shown = run("serve", "--role", "boss")

    assert shown.returncode == 2
    assert "boss" in shown.stderr


def test_a_missing_policy_stops_the_start(tmp_path: Path) -> None:
    """Without rules nothing starts, and the file is named."""
    missing = str(tmp_path / "policy.toml")
    shown = run("serve", SLACK_BOT_TOKEN="x", SLACK_SIGNING_SECRET="x", GEMINI_KEY_BOT_POLICY_FILE=missing)

    assert shown.returncode == 2
    assert f"There is no policy file {missing}." in shown.stderr
    assert "`gemini-key-bot init` writes one" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_the_sandbox_refuses_rules_that_are_wrong_in_one_line(tmp_path: Path) -> None:
    """Nothing is started on rules that the bot would refuse, and the line is named."""
    path = tmp_path / "policy.toml"
    path.write_text("[company\n")

    shown = run("sandbox", "--port", "0", "--policy", str(path))

    assert shown.returncode == 2
    assert shown.stderr.startswith(f"gemini-key-bot: {path}:1: not TOML")


def test_a_port_that_no_machine_has_is_a_usage_error() -> None:
    """The sandbox says which ports there are."""
    shown = run("sandbox", "--port", "99999")

    assert shown.returncode == 2
    assert "65535" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_why_403_of_nothing_says_what_to_give_it(tmp_path: Path) -> None:
    """An empty file is no error to explain; for a program it is still a document without findings."""
    empty = tmp_path / "error.txt"
    empty.write_text(" \n")

    person, program = run("why-403", str(empty)), run("why-403", str(empty), "--json", "--offline")

    assert (person.returncode, person.stdout) == (2, "")
    assert (
        person.stderr
        == "gemini-key-bot: There is no error in it. Name a file that holds one, or pipe it in.\n"
    )
    assert (program.returncode, json.loads(program.stdout)["findings"]) == (0, [])


def test_doctor_does_not_speak_of_a_line_where_there_is_no_file(tmp_path: Path) -> None:
    """Without a policy there is no line to correct, but a command that writes one."""
    missing = str(tmp_path / "policy.toml")

    shown = run(
        "doctor", "--role", "worker", GEMINI_KEY_BOT_POLICY_FILE=missing, REDIS_URL="redis://127.0.0.1:1"
    )

    assert f"{missing}: No such file or directory" in shown.stdout
    assert "gemini-key-bot init" in shown.stdout
    assert "Correct the line" not in shown.stdout


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("fr_FR.UTF-8", "Google ne connaît pas cette clé API (Probable"),
        ("C.UTF-8", "Google does not know this API key (Likely"),
        ("tlh", "Google does not know this API key (Likely"),
    ],
)
def test_a_terminal_is_spoken_to_in_its_language(locale: str, said: str, tmp_path: Path) -> None:
    """LC_ALL chooses the words of a finding; what scripts read stays English."""
    error = tmp_path / "error.txt"
    error.write_text("400 API key not valid. Please pass a valid API key.")

    shown = run("why-403", "--offline", str(error), LC_ALL=locale)
    read = run("why-403", "--offline", "--json", str(error), LC_ALL=locale)

    assert said in shown.stdout
    assert json.loads(read.stdout)["findings"][0]["title"] == "Google does not know this API key"


def test_an_error_of_the_command_is_in_the_language_of_the_terminal() -> None:
    """LANG counts where nothing stronger is set."""
    shown = run("serve", LC_ALL="", LANG="fr_FR.UTF-8")

    assert "SLACK_BOT_TOKEN manque" in shown.stderr
