"""Who may not create keys himself hears exactly what he lacks, and may have it for some hours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from sandbox.demo.visitor import words
from sandbox.google import iam
from sandbox.google.clock import utc_now
from sandbox.google.company import let_bot_grant
from sandbox.google.principals import user
from tests.why.test_fixes import card_of, outcome, take_up

if TYPE_CHECKING:
    from tests.why.company import Company

pytestmark = pytest.mark.asyncio(loop_scope="session")
DEV = "acme-ml-dev"
RESOURCE = f"//cloudresourcemanager.googleapis.com/projects/{DEV}"
ERROR = f"Permission 'apikeys.keys.create' denied on resource '{RESOURCE}'"
ROLES = (
    "roles/serviceusage.apiKeysAdmin",
    "roles/serviceusage.serviceUsageAdmin",
    "roles/iam.serviceAccountAdmin",
    "roles/browser",
)


def may(company: Company, permission: str) -> bool:
    policies = [company.project(DEV).policy]
    return iam.granted(permission, user("ada@acme.test"), policies, now=utc_now(), resource_name="")


async def test_what_is_lacking_is_named(company: Company) -> None:
    """By her own role Ada can see the project; the four others are missing, and an owner can help."""
    company.project(DEV).policy.bindings.add(role="roles/browser", members=["user:ada@acme.test"])
    let_bot_grant(company.project(DEV), "roles/aiplatform.user")

    said = await company.ask(ERROR, f"project:{DEV}")

    lacking = re.search(r"no role with ([^.]+\.[^ ]+(?:, [a-zA-Z.]+)*)\. Roles", said)
    assert lacking, said
    assert lacking[1].split(", ") == [
        "apikeys.keys.create",
        "serviceusage.services.enable",
        "iam.serviceAccounts.create",
        "iam.serviceAccountApiKeyBindings.create",
    ]
    assert "radia@acme.test" in said


async def test_roles_until_a_time(company: Company) -> None:
    """One press and one approval; the roles that are enough, hers alone, and Google itself ends them."""
    let_bot_grant(company.project(DEV), *ROLES)
    assert "You may not create API keys" in await company.ask(ERROR, f"project:{DEV}")

    fix = await take_up(company)
    card = await card_of(company.grace, fix)
    assert all(role in str(card["blocks"]) for role in ROLES)
    assert "8 hours" in words(card)
    assert not may(company, "apikeys.keys.create")
    await company.grace.press("approve_fix", card)

    await outcome(company, fix, "you may make keys in", DEV)
    assert may(company, "apikeys.keys.create")
    assert may(company, "iam.serviceAccountApiKeyBindings.create")
    given = [b for b in company.project(DEV).policy.bindings if "user:ada@acme.test" in b.members]
    assert {b.role for b in given} == set(ROLES)
    assert all(re.fullmatch(r'request\.time < timestamp\("[^"]+"\)', b.condition.expression) for b in given)
    assert all(fix in b.condition.title for b in given)


async def test_where_the_bot_may_not_nothing_is_offered(company: Company) -> None:
    """Without a right of its own to grant roles the bot promises none."""
    await company.ask(ERROR, f"project:{DEV}")

    assert "Give me the roles" not in words(company.ada.view or {})
