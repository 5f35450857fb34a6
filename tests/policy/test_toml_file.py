"""The policy file: what it must hold, and that each problem is told with the line to mend."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Misconfigured
from bot.policy import toml_file

ROOT = Path(__file__).parents[2]
SHIPPED = [ROOT / "sandbox" / "policy.toml", ROOT / "deploy" / "policy.example.toml"]

GOOD = """\
[company]
domains = ["acme.test"]

[approval]
channel = "C0APPROVALS"
lapse_after = "8h"

[approval.approvers]
users = ["U0GRACE"]

[environments.dev]
lifetimes = ["7d", "30d"]

[environments.prod]
lifetimes = ["30d"]
approvals = 2

[[projects]]
id = "acme-ml-dev"
environments = ["dev"]

[[projects]]
id = "acme-ml-prod"
environments = ["dev", "prod"]
"""


def test_a_good_file_is_a_policy() -> None:
    """Spans, defaults and nested tables come out as they are meant."""
    policy, problems = toml_file.parse(GOOD)

    assert problems == []
    assert policy is not None
    assert policy.approval.lapse_after == timedelta(hours=8)
    assert policy.environments["dev"].approvals == 1
    assert policy.environments["dev"].lifetimes == (timedelta(days=7), timedelta(days=30))
    assert policy.environments["prod"].approvals == 2
    assert [project.id for project in policy.projects] == ["acme-ml-dev", "acme-ml-prod"]
    assert policy.project("acme-ml-prod") is policy.projects[1]
    assert policy.project("acme") is None


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_the_files_we_ship_have_no_problem(path: Path) -> None:
    """The sandbox's rules and the example to copy are valid."""
    assert toml_file.load(path).projects


MISTAKES = {
    "no TOML": ('domains = ["acme.test"]', "domains = [acme.test]", 2, "not TOML"),
    "no quotes closed": ('channel = "C0APPROVALS"', 'channel = "C0APPROVALS', 5, "not TOML"),
    "twice the same table": ("[environments.prod]", "[environments.dev]", 14, "not TOML"),
    "misspelt key": ("lapse_after", "lapse_afer", 6, "approval.lapse_afer: there is no such key"),
    "misspelt table": ("[company]", "[compny]", 1, "there is no such key"),
    "domains without brackets": ('["acme.test"]', '"acme.test"', 2, 'must be a list, like ["a", "b"]'),
    "no domain": ('["acme.test"]', "[]", 2, "company.domains"),
    "channel by name": ("C0APPROVALS", "#approvals", 5, "approval.channel"),
    "span in words": ('"8h"', '"8 hours"', 6, "number with m, h or d"),
    "span of nothing": ('"8h"', '"0h"', 6, "greater than"),
    "negative span": ('"8h"', '"-8h"', 6, "number with m, h or d"),
    "user by name": ("U0GRACE", "grace", 9, "approval.approvers.users"),
    "nobody decides": ('["U0GRACE"]', "[]", 8, "name at least one of users, usergroup and usergroups"),
    "no lifetime": ('["7d", "30d"]', "[]", 12, "environments.dev.lifetimes"),
    "one bad lifetime": ('["7d", "30d"]', '["7d", "a month"]', 12, "environments.dev.lifetimes.1"),
    "too many approvals": ("approvals = 2", "approvals = 6", 16, "environments.prod.approvals"),
    "no approval": ("approvals = 2", "approvals = 0", 16, "environments.prod.approvals"),
    "approvals in words": ("approvals = 2", 'approvals = "two"', 16, "environments.prod.approvals"),
    "environment no label": ("[environments.prod]", '[environments."Prod EU"]', 14, "environments.Prod EU"),
    "project in capitals": ('"acme-ml-dev"', '"Acme ML"', 19, "projects.0.id"),
    "project twice": ('"acme-ml-prod"', '"acme-ml-dev"', 23, "'acme-ml-dev' is listed twice"),
    "unknown environment": (
        '["dev", "prod"]',
        '["dev", "prd"]',
        24,
        "'prd' is not defined; there is dev, prod",
    ),
    "no environment": ('["dev", "prod"]', "[]", 24, "projects.1.environments"),
    "language of nobody": (
        "[company]",
        '[languages]\nC0APPROVALS = "tlh"\n[company]',
        2,
        "nothing is translated into 'tlh'; there is en, fr, zh_CN",
    ),
    "misspelt in a project": ('id = "acme-ml-prod"', 'idd = "acme-ml-prod"', 23, "projects.1.idd"),
}


@pytest.mark.parametrize(("good", "bad", "line", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_line(good: str, bad: str, line: int, said: str) -> None:
    """Each way to get the file wrong names the line it stands on."""
    assert good in GOOD
    policy, problems = toml_file.parse(GOOD.replace(good, bad))

    assert policy is None
    assert (line, True) in [(problem.line, said in problem.message) for problem in problems], problems


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("[[projects]]", "[projects]", "write [[projects]] above each"),
        ("[environments.dev]", "[[environments]]", "environments: this must be a table"),
        ("[company]", "[[company]]", "company: this must be a table"),
    ],
)
def test_one_bracket_for_two_is_told_as_such(good: str, bad: str, said: str) -> None:
    """Who mixes up tables and lists of tables reads what to write."""
    one_project = GOOD.rpartition("[[projects]]")[0].replace("[environments.prod]", "[fixes]")
    _, problems = toml_file.parse(one_project.replace("approvals = 2", "").replace(good, bad))

    assert any(said in problem.message for problem in problems), problems


def test_all_mistakes_are_told_at_once() -> None:
    """Nobody has to mend one line to hear of the next, and they come in the file's order."""
    text = GOOD.replace('"8h"', '"soon"').replace('["7d", "30d"]', "[]").replace('"acme-ml-dev"', '"X"')
    _, problems = toml_file.parse(text)

    assert [problem.line for problem in problems] == [6, 12, 19]


def test_a_list_whose_entries_are_all_wrong_is_not_called_empty() -> None:
    """Each mistake is told once, where it stands."""
    _, problems = toml_file.parse(GOOD.replace('"acme-ml-dev"', '"X"').replace('"acme-ml-prod"', '"Y"'))

    form = "this has not the right form; docs/policy.md has an example"
    assert [problem.message for problem in problems] == [f"projects.{n}.id: {form}" for n in (0, 1)]


def test_a_missing_key_points_at_its_table() -> None:
    """What is not there is told at the table that needs it."""
    _, problems = toml_file.parse(GOOD.replace('id = "acme-ml-prod"\n', ""))

    assert [(problem.line, problem.message) for problem in problems] == [
        (22, "projects.1.id: this key is missing")
    ]


def test_an_empty_file_says_what_is_needed() -> None:
    """Every table that must be there is named."""
    _, problems = toml_file.parse("")

    said = " ".join(problem.message for problem in problems)
    assert all(name in said for name in ("company", "approval", "environments", "projects"))


def test_loading_names_the_first_problem_and_counts_the_rest(tmp_path: Path) -> None:
    """The start is refused in one line that a person can act on."""
    path = tmp_path / "policy.toml"
    path.write_text(GOOD.replace('"8h"', '"soon"').replace('"acme-ml-dev"', '"X"'))

    with pytest.raises(Misconfigured) as refusal:
        toml_file.load(path)

    assert str(refusal.value).startswith(f"{path}:6: approval.lapse_after: ")
    assert str(refusal.value).endswith("(1 more: gemini-key-bot policy check)")
    assert "\n" not in str(refusal.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file, a directory and a picture are refused with their path."""
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff\xfe")
    for name in ("missing.toml", ".", "picture"):
        with pytest.raises(Misconfigured, match="policy file"):
            toml_file.load(tmp_path / name)


CALLED = """
[[approval.escalation]]
after = "4h"
users = ["U0RADIA"]

[[approval.escalation]]
after = "2h"
usergroup = "S0MANAGERS"

[[approval.escalation]]
after = "8h"
users = ["U0ALAN"]
"""


def test_an_order_that_cannot_be_is_told_group_by_group() -> None:
    """A group called before its predecessor, and one called when the request is over, are told at once."""
    _, problems = toml_file.parse(GOOD + CALLED)

    before = GOOD.count("\n")
    assert [(problem.line - before, problem.message) for problem in problems] == [
        (7, "approval.escalation.1.after: each group is called later than the one before it"),
        (
            11,
            "approval.escalation.2.after: by then a request has lapsed: make approval.lapse_after longer",
        ),
    ]


RULES = """
[[rules]]
name = "short"
decide = "approve"
environments = ["dev"]

[[rules]]
name = "short"
decide = "deny"
environments = ["staging"]
most = 2
"""


def test_patterns_that_tie_are_told_where_the_second_stands() -> None:
    """Of two that may both be meant one must be longer; one that means nearly everything is refused."""
    tied = GOOD + '\n[[projects]]\nid = "acme-*-dev"\nenvironments = ["dev"]\n'
    tied += '\n[[projects]]\nid = "acme-m*dev"\nenvironments = ["dev"]\n'
    policy, problems = toml_file.parse(tied)
    assert policy is None
    assert [(p.line, "neither is longer" in p.message) for p in problems] == [(GOOD.count("\n") + 7, True)]

    apart = tied.replace("acme-m*dev", "acme-m*dex")
    assert toml_file.parse(apart)[1] == []

    _, (wide,) = toml_file.parse(GOOD.replace("acme-ml-dev", "*-*"))
    assert "at least 3 letters" in wide.message


def test_rules_that_cannot_be_are_told_all_at_once() -> None:
    """A yes without a cap, a no with one or without a reason, a name twice, an environment unknown."""
    _, problems = toml_file.parse(GOOD + RULES)

    before = GOOD.count("\n")
    assert [(problem.line - before, problem.message.partition(":")[0]) for problem in problems] == [
        (2, "rules.0"),
        (7, "rules.1"),
        (7, "rules.1"),
        (8, "rules.1.name"),
        (10, "rules.1.environments"),
    ]


@given(st.text(max_size=300))
def test_no_text_crashes_the_reader(text: str) -> None:
    """Whatever stands in the file, the answer is a policy or problems on lines that exist."""
    policy, problems = toml_file.parse(text)

    assert (policy is None) == bool(problems)
    assert all(1 <= problem.line <= text.count("\n") + 1 for problem in problems)


@given(st.sampled_from(GOOD.splitlines()), st.text("[]=\"'.#ab \n", max_size=8))
def test_no_broken_line_crashes_the_reader(line: str, noise: str) -> None:
    """A good file with noise in it is still told about by line."""
    text = GOOD.replace(line, line + noise, 1)
    policy, problems = toml_file.parse(text)

    assert (policy is None) == bool(problems)
    if policy is None:
        assert all(1 <= problem.line <= text.count("\n") + 1 for problem in problems)
    else:
        assert tomllib.loads(text)
