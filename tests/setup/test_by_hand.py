"""The list says, too, what its asker lacks to make keys by hand, and offers it for some hours."""

from __future__ import annotations

import pytest

from sandbox.demo.visitor import has_button, words
from sandbox.google import iam
from sandbox.google.clock import utc_now
from sandbox.google.company import let_bot_grant
from sandbox.google.principals import user
from tests.setup.town import LENT, Company

pytestmark = pytest.mark.asyncio(loop_scope="module")
DEV = "acme-ml-dev"
FIVE = (
    "resourcemanager.projects.get",
    "apikeys.keys.create",
    "serviceusage.services.enable",
    "iam.serviceAccounts.create",
    "iam.serviceAccountApiKeyBindings.create",
)


def may(company: Company, permission: str) -> bool:
    policies = [company.project(DEV).policy]
    return iam.granted(permission, user("grace@acme.test"), policies, now=utc_now(), resource_name="")


async def test_what_cant_be_read_is_said_so(company: Company) -> None:
    """By its least role the bot may not read who has which role: it claims nothing and delays nothing."""
    card = await company.set_up(company.grace, DEV, "Keys by hand")

    assert "can't tell what grace@acme.test may do there" in words(card)
    assert not has_button(card, "setup_roles")

    await company.grace.press("setup_help_create-account", card)
    await company.list(company.grace, DEV, "is ready", "can't tell what grace@acme.test may do there")


async def test_who_holds_the_roles_lacks_nothing(company: Company) -> None:
    """An owner is told that he may, and stands in no list's way."""
    let_bot_grant(company.project(DEV), *LENT)
    company.project(DEV).policy.bindings.add(role="roles/editor", members=["user:grace@acme.test"])

    card = await company.set_up(company.grace, DEV, "grace@acme.test may make keys in AI Studio")

    assert not has_button(card, "setup_roles")


async def test_the_five_are_named_and_lent(company: Company) -> None:
    """One press and somebody else's yes; the project is no less ready for it that she lacks them."""
    let_bot_grant(company.project(DEV), *LENT)
    card = await company.set_up(company.grace, DEV, "may not make keys in AI Studio or the console")
    assert f"no role with {', '.join(FIVE)}. Roles by a group" in words(card)

    await company.grace.press("setup_roles", card)
    asked = await company.alan.message(
        "C0APPROVALS", lambda m: LENT[0] in str(m["blocks"]) and has_button(m, "approve_fix"), "the card"
    )
    await company.grace.press("approve_fix", asked)
    await company.grace.until(
        lambda: any("your own" in words(seen) for seen in company.grace.whispers), "the refusal"
    )
    assert not may(company, "apikeys.keys.create")

    await company.alan.press("approve_fix", asked)
    direct = await company.grace.direct_channel()
    await company.grace.message(direct, lambda m: "you may make keys in" in words(m), "the roles")
    assert all(may(company, permission) for permission in FIVE)

    await company.grace.press("setup_help_create-account", card)
    await company.list(company.grace, DEV, "is ready")
