"""Who may ask, who may decide, and for what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain import rules
from bot.domain.key_request import Draft
from bot.errors import Refused
from tests.support.people import ADA, ALAN, GRACE, MALLORY, POLICY, PURPOSE, TEAM, pending

if TYPE_CHECKING:
    from bot.domain.person import Person

APPROVERS = frozenset({"U0GRACE", "U0ALAN", "U0ADA", "U0MALLORY"})
DRAFT = Draft(project_id="acme-ml-dev", environment="dev", purpose=PURPOSE, lifetime=timedelta(days=7))
NOBODY = {
    "guest": replace(ADA, guest=True),
    "bot": replace(ADA, bot=True),
    "deactivated": replace(ADA, deactivated=True),
    "other workspace": replace(ADA, team_id="T0OTHER"),
}


@pytest.mark.parametrize("person", NOBODY.values(), ids=NOBODY)
def test_only_present_members_ask(person: Person) -> None:
    """Guests, bots, former colleagues and other workspaces are refused as requesters."""
    with pytest.raises(Refused):
        rules.check_requester(person, POLICY, TEAM)

    rules.check_requester(ADA, POLICY, TEAM)


@pytest.mark.parametrize("person", NOBODY.values(), ids=NOBODY)
def test_only_present_members_decide(person: Person) -> None:
    """The same are refused as approvers, even if the approvers' list names them."""
    approver = replace(person, user_id="U0GRACE")

    with pytest.raises(Refused):
        rules.check_approver(approver, pending(), APPROVERS)

    rules.check_approver(GRACE, pending(), APPROVERS)


@pytest.mark.parametrize(
    "email",
    ["", "ada", "ada@elsewhere.test", "ada@acme.test.evil.test", "ada@xacme.test", "acme.test@x.test"],
)
def test_a_key_needs_a_company_account(email: str) -> None:
    """Only an address in the company's own domain gets access to a secret."""
    with pytest.raises(Refused):
        rules.check_requester(replace(ADA, email=email), POLICY, TEAM)


def test_a_domain_is_compared_in_lower_case() -> None:
    """How somebody spells his domain does not matter."""
    rules.check_requester(replace(ADA, email="Ada@ACME.Test"), POLICY, TEAM)


def test_nobody_decides_his_own_request() -> None:
    """An approver who asks needs another approver."""
    with pytest.raises(Refused, match="your own request"):
        rules.check_approver(ADA, pending(), APPROVERS)


def test_who_is_not_named_does_not_decide() -> None:
    """An empty list of approvers lets nobody through."""
    for approvers in (frozenset[str](), frozenset({"U0ALAN"})):
        with pytest.raises(Refused, match="Only Gemini key approvers"):
            rules.check_approver(GRACE, pending(), approvers)


def test_a_request_nobody_could_approve_is_not_taken() -> None:
    """The requester does not count, and two approvals need two others."""
    with pytest.raises(Refused, match="needs 1 approvers other than you"):
        rules.check_decidable(ADA, frozenset({ADA.user_id}), 1)
    with pytest.raises(Refused, match="needs 2"):
        rules.check_decidable(GRACE, frozenset({GRACE.user_id, ALAN.user_id}), 2)

    rules.check_decidable(ADA, frozenset({GRACE.user_id, ALAN.user_id}), 2)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"project_id": "acme-other"}, "project"),
        ({"project_id": ""}, "project"),
        ({"environment": "staging"}, "environment"),
        ({"environment": "prod"}, "environment"),
        ({"purpose": "too short"}, "purpose"),
        ({"purpose": " " * 30}, "purpose"),
        ({"purpose": "x" * 501}, "purpose"),
        ({"lifetime": timedelta(days=8)}, "lifetime"),
        ({"lifetime": timedelta(0)}, "lifetime"),
        ({"lifetime": timedelta(days=-7)}, "lifetime"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, object], field: str) -> None:
    """A form that the policy does not allow is refused at the field to mend."""
    with pytest.raises(rules.Invalid) as refusal:
        rules.check_draft(replace(DRAFT, **changes), POLICY)  # type: ignore[arg-type]

    assert refusal.value.field == field
    assert "{" not in str(refusal.value)


@pytest.mark.parametrize("purpose", ["x" * 20, "x" * 500, f"  {PURPOSE}  ", "é" * 20, "🔑" * 20])
def test_a_purpose_within_bounds_passes(purpose: str) -> None:
    """The bounds count characters, whatever alphabet they come from."""
    assert rules.check_draft(replace(DRAFT, purpose=purpose), POLICY) is POLICY.environments["dev"]


def test_a_guest_is_told_what_to_do() -> None:
    """A refusal that can be helped says how."""
    with pytest.raises(Refused, match="Ask the person who invited you"):
        rules.check_requester(replace(MALLORY, email="m@acme.test"), POLICY, TEAM)
