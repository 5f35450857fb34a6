"""Rules that decide by themselves: whom and what they match, and that a no wins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.automatic import Rule, approving, denying
from bot.domain.key_request import Draft
from tests.support.people import DAY, PURPOSE

WEEK = Draft(project_id="acme-ml-dev", environment="dev", purpose=PURPOSE, lifetime=timedelta(days=7))
MANAGERS = frozenset({"S0MANAGERS"})


def rule(decide: str = "approve", **matchers: Any) -> Rule:
    capped = {"most": 2, "within": "30d"} if decide == "approve" else {"because": "no"}
    return Rule.model_validate({"name": f"{decide} {matchers}"[:60], "decide": decide, **capped, **matchers})


@pytest.mark.parametrize(
    ("matchers", "matches"),
    [
        ({}, True),
        ({"projects": ["acme-*-dev"]}, True),
        ({"projects": ["acme-ml-dev"]}, True),
        ({"projects": ["acme-ml"]}, False),
        ({"projects": ["*-prod", "acme-ml-de?"]}, True),
        ({"environments": ["dev"]}, True),
        ({"environments": ["prod"]}, False),
        ({"longest": "7d"}, True),
        ({"longest": "6d"}, False),
        ({"users": ["U0ADA"]}, True),
        ({"users": ["U0ALAN"]}, False),
        ({"usergroups": ["S0MANAGERS"]}, True),
        ({"usergroups": ["S0OTHERS"]}, False),
        ({"users": ["U0ALAN"], "usergroups": ["S0MANAGERS"]}, True),
        ({"users": ["U0ADA"], "projects": ["*-prod"]}, False),
    ],
)
def test_a_rule_matches_what_it_names(matchers: dict[str, Any], *, matches: bool) -> None:
    """All that is named must fit, people by name or by group; what is not named is not looked at."""
    assert rule(**matchers).matches(WEEK, "U0ADA", MANAGERS) is matches


def test_a_no_wins_wherever_it_stands() -> None:
    """One rule that denies silences every rule that approves, before it and after it."""
    yes, no = rule(), rule("deny", environments=["dev"])

    for rules in ((yes, no), (no, yes), (yes, no, yes)):
        assert denying(rules, WEEK, "U0ADA", MANAGERS) is no
        assert approving(rules, WEEK, "U0ADA", MANAGERS) == ()
    assert approving((yes,), WEEK, "U0ADA", MANAGERS) == (yes,)


some = st.fixed_dictionaries(
    {},
    optional={
        "projects": st.lists(st.sampled_from(["*", "acme-*", "*-dev", "acme-ml-prod"]), max_size=2),
        "environments": st.lists(st.sampled_from(["dev", "prod"]), max_size=2),
        "users": st.sets(st.sampled_from(["U0ADA", "U0GRACE"]), max_size=2),
        "usergroups": st.lists(st.sampled_from(["S0MANAGERS", "S0OTHERS"]), max_size=2),
        "longest": st.sampled_from([DAY, 7 * DAY, 30 * DAY]),
    },
)
rules = st.lists(st.builds(lambda d, m: rule(d, **m), st.sampled_from(["approve", "deny"]), some), max_size=6)
drafts = st.builds(
    Draft,
    project_id=st.sampled_from(["acme-ml-dev", "acme-ml-prod", "other-dev"]),
    environment=st.sampled_from(["dev", "prod"]),
    purpose=st.just(PURPOSE),
    lifetime=st.sampled_from([DAY, 7 * DAY, 90 * DAY]),
)


@given(rules, drafts, st.sampled_from(["U0ADA", "U0GRACE", "U0ALAN"]), st.frozensets(st.just("S0MANAGERS")))
def test_nothing_is_approved_that_any_rule_denies(
    listed: list[Rule], draft: Draft, user_id: str, groups: frozenset[str]
) -> None:
    """Whatever the rules: a yes and a no never meet, and another order of the rules denies the same."""
    denied = denying(listed, draft, user_id, groups)

    assert not (denied and approving(listed, draft, user_id, groups))
    assert bool(denied) is bool(denying(reversed(listed), draft, user_id, groups))


@given(rules, drafts)
def test_another_rule_that_denies_never_approves_more(listed: list[Rule], draft: Draft) -> None:
    """Adding a no can only take away."""
    before = approving(listed, draft, "U0ADA", MANAGERS)
    after = approving([*listed, rule("deny", environments=["dev"])], draft, "U0ADA", MANAGERS)

    assert set(after) <= set(before)
