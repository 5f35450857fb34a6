"""Whatever is wrong with a project: buttons alone make it ready, or the list names who must do what."""

from __future__ import annotations

import pytest

from sandbox.demo.visitor import words
from sandbox.google.admin_changes import TROUBLES, change_project
from sandbox.google.company import BOT_PROJECT
from tests.setup.town import PROJECTS, Company, told_to

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What buttons can mend, and whom the list names for the rest.
MENDED = {"acme-ml-dev", "acme-vision", "acme-legacy"}
NAMED = {
    "acme-locked": "an administrator of the organization",
    "acme-stranger": "an owner of the project",
}
# What a tried key tells that no API does, and who settles it.
SETTLES = {
    "denied": ("has closed the Gemini API", "an owner of the project and Google"),
    "suspended": ("has suspended", "an owner of the project and Google"),
    "dunning": ("unpaid bill", "an administrator of the billing account"),
    "region_unsupported": ("does not offer the Gemini API", "you"),
    "billing_disabled": ("Billing is off", "an administrator of the billing account"),
    "prepay_depleted": (
        "prepaid credits of the project are used up",
        "an administrator of the billing account",
    ),
    "spending_cap": ("reached its spending cap", "an administrator of the billing account"),
}


async def test_every_project_of_the_sandbox(company: Company) -> None:
    """None is left out, and no list ends without either a key that works or a person to turn to."""
    assert set(PROJECTS) == set(company.town.cloud.world.projects) - {BOT_PROJECT}
    for project_id in MENDED:
        card = await company.by_buttons(company.grace, project_id)
        assert "is ready" in words(card), words(card)
    for project_id, person in NAMED.items():
        card = await company.by_buttons(company.grace, project_id)
        assert person in words(card), words(card)
        assert all(told_to(card)), words(card)


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_trouble_that_only_a_call_shows(company: Company, trouble: str) -> None:
    """Every API says that all is well; the tried key says what is not, in words, with who settles it."""
    change_project(company.town.cloud.world, "acme-ml-dev", {trouble: True})

    card = await company.by_buttons(company.grace, "acme-ml-dev")

    assert "is ready" not in words(card)
    assert "A key, tried" in words(card)
    title, person = SETTLES[trouble]
    assert title in words(card)
    assert person in words(card).partition("Who can: ")[2]
    assert told_to(card) == [True], words(card)
    assert [key for key in company.project("acme-ml-dev").keys.values() if not key.deleted] == []
