"""Patterns of project ids: which one a project falls under, and which two may both stand for one."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import globs
from bot.domain.policy import Policy
from tests.support.people import POLICY

PATTERNS = ("acme-*", "acme-*-dev", "acme-ml-dev", "acme-??-dev")
letters = st.text("ab*?", max_size=6)


@pytest.mark.parametrize(
    ("project_id", "entry"),
    [
        ("acme-ml-dev", 2),
        ("acme-vision-dev", 1),
        ("acme-ai-dev", 3),
        ("acme-vision", 0),
        ("other-dev", None),
    ],
)
def test_an_id_goes_before_patterns_and_a_long_one_before_a_short_one(
    project_id: str, entry: int | None
) -> None:
    """The order in the file does not matter."""
    assert globs.winner(PATTERNS, project_id) == entry
    backwards = globs.winner(PATTERNS[::-1], project_id)
    assert backwards == (None if entry is None else len(PATTERNS) - 1 - entry)


@given(letters, letters, st.text("ab", max_size=6))
def test_what_falls_under_both_makes_them_overlap(one: str, other: str, text: str) -> None:
    """An overlap is found whichever pattern is asked first, and whenever there is a witness."""
    assert globs.overlap(one, other) == globs.overlap(other, one)
    if fnmatchcase(text, one) and fnmatchcase(text, other):
        assert globs.overlap(one, other)


@given(letters, st.text("ab", max_size=6))
def test_a_plain_text_overlaps_what_it_matches(pattern: str, text: str) -> None:
    """Without wildcards on one side it is the usual match, no more and no less."""
    assert globs.overlap(pattern, text) == fnmatchcase(text, pattern)


def policy_of(*projects: dict[str, object]) -> Policy:
    usual = POLICY.model_dump(mode="python", exclude={"projects"}, exclude_unset=True)
    return Policy.model_validate({**usual, "projects": projects})


def test_only_what_the_bot_can_see_takes_the_place_of_a_pattern() -> None:
    """The chooser, the survey and reconcile walk over real projects; each has the rules of its entry."""
    written = policy_of(
        {"id": "acme-ml-dev", "environments": ["dev"]},
        {"id": "acme-*-dev", "environments": ["dev"], "owners": ["U0RADIA"], "live_keys": 5},
    )

    policy = written.over(["acme-web-dev", "acme-ml-dev", "other-dev"])

    assert [project.id for project in policy.projects] == ["acme-ml-dev", "acme-web-dev"]
    web = policy.project("acme-web-dev")
    assert web is not None
    assert (web.owners, web.live_keys) == (frozenset({"U0RADIA"}), 5)
    assert policy.project("acme-ml-dev") == written.projects[0]
    assert policy.project("acme-hidden-dev") is None, "a project that nobody sees is none of the policy's"
    assert policy.project("acme-*-dev") is None
