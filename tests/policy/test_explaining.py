"""`policy check` doubts what can hardly be meant, `policy explain` says who would approve, with the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.doubts import doubts
from bot.policy import toml_file
from tests.cli.test_main import run
from tests.policy.test_toml_file import GOOD

if TYPE_CHECKING:
    from pathlib import Path

DENY = '\n[[rules]]\nname = "no"\ndecide = "deny"\nbecause = "no"\n'
YES = '\n[[rules]]\nname = "yes"\ndecide = "approve"\nmost = 1\nwithin = "7d"\n'


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (YES + 'projects = ["other-*"]', "never reached: no project"),
        (YES + 'projects = ["acme-ml-dev"]\nenvironments = ["prod"]', "never reached: no project"),
        (YES + 'longest = "1d"', "no lifetime there is that short"),
        (YES + DENY, "'no' denies all of it"),
        (YES + 'environments = ["dev"]\n' + DENY + 'environments = ["dev"]', "'no' denies all of it"),
        ('\n[languages]\nC0OTHER = "fr"\n', "no card is ever posted in this channel"),
        ("\n[environments.staging]\nlifetimes = ['7d']", "no project has this environment"),
        ("", "prod needs 2 approvals; people named who could give them: 1"),
    ],
)
def test_a_doubt_is_told(more: str, said: str) -> None:
    """Rules that nothing reaches, environments of nobody, groups too small for their task."""
    policy, problems = toml_file.parse(GOOD + more)

    assert policy is not None, problems
    assert any(said in doubt.message for doubt in doubts(policy)), list(doubts(policy))


def test_what_is_meant_is_not_doubted() -> None:
    """A rule beside a narrower no, and a group of the chat whose members nobody knows here, are fine."""
    group = GOOD.replace('users = ["U0GRACE"]', 'usergroup = "S0APPROVERS"')
    policy, _ = toml_file.parse(group + YES + DENY + 'projects = ["acme-ml-prod"]')

    assert policy is not None
    assert list(doubts(policy)) == []


def test_check_warns_and_passes(tmp_path: Path) -> None:
    """A doubt is a line on stderr with its place, and no failure."""
    path = tmp_path / "policy.toml"
    path.write_text(GOOD + YES + 'projects = ["other-*"]\n')

    shown = run("policy", "check", str(path))

    assert shown.returncode == 0
    line = GOOD.count("\n") + 2
    assert f"{path}:{line}: warning: the rule 'yes' is never reached" in shown.stderr


def test_explain_says_who_and_why(tmp_path: Path) -> None:
    """Each sentence names the line that it comes from; what is not written down is a default."""
    path = tmp_path / "policy.toml"
    path.write_text(GOOD + '\n[[approval.escalation]]\nafter = "4h"\nusers = ["U0RADIA"]\n' + YES)

    shown = run("policy", "explain", "--user", "U0GRACE", "--project", "acme-ml-dev", str(path))

    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.splitlines() == [
        "acme-ml-dev, dev, asked for by U0GRACE",
        "may be asked for: 7 days and 30 days (line 12)",
        "rule “yes”: approves, 1 in 7 days (line 30)",
        "needs 1 approvals (default)",
        "decides at once: nobody else than who asks (line 8)",
        "after 4 hours: U0RADIA (line 26)",
        "over without a decision after 8 hours (line 6)",
        "live keys of the project: at most 300 (default)",
    ]


def test_explain_names_the_pattern_that_a_project_falls_under(tmp_path: Path) -> None:
    """The entry with its line, and that it takes the bot's seeing the project; its own id says nothing."""
    path = tmp_path / "policy.toml"
    path.write_text(
        GOOD + '\n[[projects]]\nid = "acme-*-dev"\nenvironments = ["dev"]\nowners = ["U0RADIA"]\n'
    )
    line = GOOD.count("\n") + 3

    shown = run("policy", "explain", "--user", "U0ADA", "--project", "acme-web-dev", str(path))
    assert f"falls under acme-*-dev (line {line}), if the bot can see it" in shown.stdout
    assert f"U0RADIA, owners of the project (line {line + 2})" in shown.stdout

    own = run("policy", "explain", "--user", "U0ADA", "--project", "acme-ml-dev", str(path))
    assert "falls under" not in own.stdout


def test_explain_of_what_is_not_there_is_a_sentence() -> None:
    """An unknown project or environment is one line and exit code 2."""
    arguments = ("policy", "explain", "--user", "U0ADA", "sandbox/policy.toml", "--project")
    for named, said in (
        (("acme-other",), "acme-other is not in the policy"),
        (("acme-ml-dev", "--environment", "prod"), "acme-ml-dev is not for prod"),
    ):
        shown = run(*arguments, *named)
        assert (shown.returncode, said in shown.stderr) == (2, True), shown.stderr
