"""Each kind of project that cannot own keys: buttons make it ready, or the list names who must do what."""

from __future__ import annotations

import pytest
from google.cloud.orgpolicy_v2.types import Policy as OrgPolicy

from sandbox.demo.visitor import chosen, has_button, words, written
from sandbox.google.services.resource_manager import set_deleted
from tests.setup.town import ACCOUNT, Company

pytestmark = pytest.mark.asyncio(loop_scope="module")
READY = "is ready"


async def test_a_project_that_is_ready_but_for_its_account(company: Company) -> None:
    """One press creates the service account; a key is minted, tried and deleted, and nothing is left."""
    card = await company.set_up(company.grace, "acme-ml-dev", "Service account", "IAM knows of none")

    await company.grace.press("setup_help_create-account", card)

    done = await company.list(company.grace, "acme-ml-dev", READY)
    assert "accepted by the Gemini API, and deleted again" in words(done)
    project = company.project("acme-ml-dev")
    assert [key for key in project.keys.values() if not key.deleted] == []
    assert len(project.keys) == 1, "the trial's key was really made"
    assert project.secrets == {}


async def test_an_api_that_is_off(company: Company) -> None:
    """The Gemini API is off, and somebody wants Vertex AI too: one press switches both on."""
    card = await company.set_up(
        company.grace, "acme-vision aiplatform", "generativelanguage.googleapis.com is off"
    )
    assert "aiplatform.googleapis.com is off" in words(card)

    await company.grace.press("setup_help_enable-apis", card)
    card = await company.list(company.grace, "acme-vision", "IAM knows of none", gone="is off")
    await company.grace.press("setup_help_create-account", card)

    await company.list(company.grace, "acme-vision", READY)
    assert {"generativelanguage.googleapis.com", "aiplatform.googleapis.com"} <= set(
        company.project("acme-vision").services
    )


async def test_billing_that_is_closed(company: Company) -> None:
    """The bot offers the one account that the policy allows, names it, and links it only after a yes."""
    card = await company.set_up(company.grace, "acme-legacy", "which is closed")
    (button,) = [b["accessory"] for b in card["blocks"] if "link-billing" in str(b.get("accessory"))]
    assert ACCOUNT in str(button["confirm"])
    assert "limited number of projects" in str(button["confirm"])

    await company.grace.press("setup_help_link-billing", card)
    card = await company.list(company.grace, "acme-legacy", f"{ACCOUNT} pays")
    await company.grace.press("setup_help_create-account", card)

    await company.list(company.grace, "acme-legacy", READY)
    assert company.project("acme-legacy").billing_account == ACCOUNT


async def test_a_project_that_nobody_pays_for(company: Company) -> None:
    """Where no environment asks for billing keys work, on the free tier; the list says what that is."""
    company.project("acme-ml-dev").billing_account = ""
    card = await company.set_up(company.grace, "acme-ml-dev", "IAM knows of none")

    await company.grace.press("setup_help_create-account", card)

    card = await company.list(company.grace, "acme-ml-dev", READY)
    assert "on the free tier limits are low, and Google may use what is sent" in words(card)


async def test_an_account_that_may_not_be_linked_again(company: Company) -> None:
    """Google refuses the link: the list says why in words, and who can do something about it."""
    company.town.cloud.world.billing_accounts[ACCOUNT].link_limit = 1
    card = await company.set_up(company.grace, "acme-legacy", "which is closed")

    await company.grace.press("setup_help_link-billing", card)

    card = await company.list(company.grace, "acme-legacy", "may not be linked to more projects")
    assert "Cloud billing quota exceeded" in words(card)
    assert "an administrator of the billing account" in words(card)


async def test_an_organization_that_forbids_bound_keys(company: Company) -> None:
    """No button helps: the list names the organization's administrator and the command."""
    card = await company.set_up(company.grace, "acme-locked", "lets no Gemini key be bound")

    said = words(card)
    assert "an administrator of the organization" in said
    assert "gcloud org-policies set-policy" in str(card["blocks"])
    assert "A key is tried here when everything above is fine" in said


async def test_an_organization_that_forbids_accounts(company: Company) -> None:
    """Where accounts may not be created the bot offers no button for it, and says whom to ask."""
    project = company.project("acme-ml-dev")
    constraint = "iam.disableServiceAccountCreation"
    project.org_policies[constraint] = OrgPolicy(
        name=f"{project.name}/policies/{constraint}", spec={"rules": [{"enforce": True}]}
    )

    card = await company.set_up(company.grace, "acme-ml-dev", "lets nobody create service accounts")

    assert "setup_help_create-account" not in str(card["blocks"])


async def test_an_account_that_somebody_disabled(company: Company) -> None:
    """It is there, so making it would change nothing: the list says who enables it, and then keys work."""
    project = company.project("acme-ml-dev")
    await company.by_buttons(company.grace, "acme-ml-dev")
    (email,) = project.service_accounts
    project.service_accounts[email].message.disabled = True

    card = await company.set_up(company.grace, "acme-ml-dev", "are bound to is disabled")

    assert f"gcloud iam service-accounts enable {email}" in str(card["blocks"])
    assert "setup_help_create-account" not in str(card["blocks"])
    project.service_accounts[email].message.disabled = False
    await company.grace.press("setup_again", card)
    await company.list(company.grace, "acme-ml-dev", READY)


async def test_a_bot_without_a_permission(company: Company) -> None:
    """The missing permission is named with the command of the project's owner; then Check again is enough."""
    company.rights("acme-ml-dev", "iam.serviceAccountApiKeyBindings.create")
    card = await company.set_up(company.grace, "acme-ml-dev", "lacks 2 of its permissions")
    assert "--add-permissions=iam.serviceAccountApiKeyBindings.create" in str(card["blocks"])
    assert "an owner of the project" in words(card)

    company.rights("acme-ml-dev")
    company.project("acme-ml-dev").policy.bindings.add(
        role="roles/billing.projectManager",
        members=[m for b in company.project("acme-ml-dev").policy.bindings for m in b.members if "bot" in m],
    )
    await company.grace.press("setup_again", card)

    await company.list(company.grace, "acme-ml-dev", "IAM knows of none", gone="lacks")


async def test_a_project_on_its_way_out(company: Company) -> None:
    """A deleted project is told as such, with the command that brings it back within 30 days."""
    world = company.town.cloud.world
    set_deleted(company.project("acme-ml-dev"), world.clock())

    card = await company.set_up(company.grace, "acme-ml-dev", "DELETE_REQUESTED")

    assert "gcloud projects undelete acme-ml-dev" in str(card["blocks"])


async def test_a_strangers_project(company: Company) -> None:
    """Where the bot sees nothing there is one line, with the grant that lets it see, and no guesses."""
    card = await company.set_up(company.grace, "acme-stranger", "can't see acme-stranger")

    assert "gcloud projects add-iam-policy-binding acme-stranger" in str(card["blocks"])
    assert "Billing" not in words(card)


async def test_nobody_else_may_set_up(company: Company) -> None:
    """A requester is refused at the command; a project that the policy does not name is nobody's."""
    general = "C0GENERAL"
    await company.ada.command("/gemini-key setup acme-ml-dev")
    await company.ada.message(general, lambda m: "Only Gemini key approvers" in words(m), "the refusal")

    await company.grace.command("/gemini-key setup acme-elsewhere")
    await company.grace.message(general, lambda m: "not a project of the policy" in words(m), "the refusal")


async def test_where_two_must_agree_two_must_press(company: Company) -> None:
    """In a project of a strict environment one press is not enough, and the same press twice is one."""
    company.project("acme-ml-prod").services.pop("generativelanguage.googleapis.com")
    await company.set_up(company.grace, "acme-ml-prod", "is off")
    in_channel = "C0APPROVALS"
    card = await company.grace.message(
        in_channel,
        lambda m: "Setting up acme-ml-prod" in words(m) and "is off" in words(m),
        "the shared list",
    )
    await company.grace.press("setup_help_enable-apis", card)
    card = await company.alan.message(
        in_channel, lambda m: "so far: <@U0GRACE>" in words(m), "one of two has pressed"
    )
    assert "generativelanguage.googleapis.com" not in company.project("acme-ml-prod").services

    await company.alan.press("setup_help_enable-apis", card)

    await company.list(company.grace, "acme-ml-prod", "IAM knows of none", gone="is off")
    assert "generativelanguage.googleapis.com" in company.project("acme-ml-prod").services


async def test_a_failed_request_offers_the_list(company: Company) -> None:
    """Where a key could not be made, the card has a button that begins the list for its project."""
    await company.ada.command("/gemini-key request acme-legacy")
    await company.ada.until(lambda: company.ada.view, "the form")
    await company.ada.submit(
        {
            "project": chosen("acme-legacy"),
            "environment": {**chosen("prod"), "type": "radio_buttons"},
            "purpose": written("see what happens where nobody pays"),
            "lifetime": chosen("2592000"),
        }
    )
    grace = company.grace
    card = await grace.message("C0APPROVALS", lambda m: has_button(m, "approve_request"), "the card")
    await grace.press("approve_request", card)
    card = await grace.message("C0APPROVALS", lambda m: has_button(m, "setup_project"), "the offer")

    await grace.press("setup_project", card)

    await company.list(grace, "acme-legacy", "which is closed")


async def test_a_bot_that_dies_at_it(company: Company) -> None:
    """Whoever takes over finishes the list: it stands in Redis."""
    async with company.dying_at("Projects/TestIamPermissions"):
        await company.grace.command("/gemini-key setup acme-ml-dev")

    await company.list(company.grace, "acme-ml-dev", "IAM knows of none")


async def test_an_unpaid_bill_that_only_a_call_shows(company: Company) -> None:
    """Billing looks enabled, yet Google holds the project back: the tried key says so, and who settles it."""
    company.project("acme-ml-dev").trouble.dunning = True
    card = await company.set_up(company.grace, "acme-ml-dev", "IAM knows of none")
    assert "AI Studio" in words(card)

    await company.grace.press("setup_help_create-account", card)

    card = await company.list(company.grace, "acme-ml-dev", "because of an unpaid bill")
    assert "an administrator of the billing account" in words(card)
    assert [key for key in company.project("acme-ml-dev").keys.values() if not key.deleted] == []
