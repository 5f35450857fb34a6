"""Somebody needs a project for keys and there is none: a form, one approval, and it is ready."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from sandbox.demo.visitor import Visitor, chosen, has_button, words, written
from sandbox.google.company import BOT_EMAIL, FOLDER
from sandbox.google.faults import Fault
from sandbox.google.roles import COMPANY_BOT, COMPANY_BOT_SECRETS
from tests.setup.town import ACCOUNT, Company, Json

pytestmark = pytest.mark.asyncio(loop_scope="module")
CARDS = "C0APPROVALS"
PURPOSE = "meeting notes, summarised for the whole team"
PROJECT = "acme-gemini-notes"


async def ask(who: Visitor, name: str = "notes") -> None:
    await who.command("/gemini-key setup new")
    await who.until(lambda: who.view, "the form")
    answer = await who.submit(
        {"project": written(name), "environment": chosen("prod"), "purpose": written(PURPOSE)}
    )
    assert answer["state"] == "acked", answer


async def approve(who: Visitor, project_id: str = PROJECT) -> None:
    card = await who.message(
        CARDS, lambda m: project_id in words(m) and has_button(m, "approve_fix"), "the card"
    )
    await who.press("approve_fix", card)


async def stopped(who: Visitor, channel: str) -> Json:
    """Wait for what tells that a new project stopped half-way."""
    return await who.message(channel, lambda m: has_button(m, "fix_again"), "what stopped it")


async def told(who: Visitor, *texts: str) -> str:
    channel = await who.direct_channel()
    return words(
        await who.message(channel, lambda m: all(text in words(m) for text in texts), f"a DM with {texts}")
    )


def moved(company: Company) -> int:
    """Count what the asker and the approver have typed, sent and pressed so far."""
    return len(company.ada.deliveries) + len(company.grace.deliveries)


def creations(company: Company) -> list[str]:
    """List how each attempt to create a project ended."""
    made = [call for call in company.town.cloud.log.after(0) if call["method"].endswith("/CreateProject")]
    return [call["code"] for call in made]


async def test_from_nothing_to_ready(company: Company) -> None:
    """One form and one click; the project is where the policy wants it, paid for, and owned by nobody.

    With `-s` it prints what README tells: how many moves it takes until a key can be fetched, and how long.
    """
    began, moves = time.perf_counter(), moved(company)
    await ask(company.ada)
    card = await company.grace.message(CARDS, lambda m: PROJECT in words(m), "the card")
    assert PURPOSE in words(card)
    assert ACCOUNT in words(card)
    assert "limited number of projects" in words(card)
    await approve(company.grace)

    assert f"/gemini-key request {PROJECT}" in await told(company.ada, "is ready, and a key was seen to work")

    project = company.project(PROJECT)
    assert project.message.parent == FOLDER
    assert dict(project.message.labels) == {
        "cost-center": "4711",
        "environment": "prod",
        "managed-by": "gemini-key-bot",
    }
    assert project.billing_account == ACCOUNT
    bindings = {(b.role, *b.members, bool(b.condition.expression)) for b in project.policy.bindings}
    bot = f"serviceAccount:{BOT_EMAIL}"
    assert bindings == {(COMPANY_BOT, bot, False), (COMPANY_BOT_SECRETS, bot, True)}
    assert [key for key in project.keys.values() if not key.deleted] == []
    assert project.secrets == {}

    # And a key can be asked for there, without anybody touching the policy.
    await company.ada.command(f"/gemini-key request {PROJECT}")
    await company.ada.until(
        lambda: company.ada.view and PROJECT in str(company.ada.view), "the project listed"
    )
    await company.ada.submit(
        {
            "project": chosen(PROJECT),
            "environment": {**chosen("prod"), "type": "radio_buttons"},
            "purpose": written(PURPOSE),
            "lifetime": chosen("2592000"),
        }
    )
    grace = company.grace
    await grace.press(
        "approve_request", await grace.message(CARDS, lambda m: has_button(m, "approve_request"), "the card")
    )
    direct = await company.ada.direct_channel()
    await company.ada.message(direct, lambda m: has_button(m, "open_secret"), "the link to the key")
    moves, seconds = moved(company) - moves, time.perf_counter() - began
    told_so = f"from no project to a key: {moves} moves of two people, {seconds:.1f} s of bot and sandbox"
    sys.stdout.write(f"\n{told_so}\n")
    assert f"{moves} moves" in (Path(__file__).parents[2] / "README.md").read_text()


async def test_nobody_approves_his_own(company: Company) -> None:
    """An approver who needs a project asks like everybody else, and somebody else says yes."""
    await ask(company.grace, "ours")
    await approve(company.grace, "acme-gemini-ours")
    await company.grace.until(
        lambda: any("your own" in words(seen) for seen in company.grace.whispers), "the refusal"
    )
    assert "acme-gemini-ours" not in company.town.cloud.world.projects

    await approve(company.alan, "acme-gemini-ours")

    await told(company.grace, "is ready, and a key was seen to work")


async def test_an_id_that_is_taken(company: Company) -> None:
    """Ids are taken in all of Google Cloud: a stranger's project is left alone."""
    world = company.town.cloud.world
    world.projects["acme-gemini-taken"] = world.projects.pop("acme-stranger")
    await ask(company.ada, "taken")
    await approve(company.grace, "acme-gemini-taken")

    assert "taken by somebody else. Choose another name" in await told(company.ada, "could not be made")
    assert world.projects["acme-gemini-taken"].message.labels == {}


async def test_an_account_that_pays_for_no_more(company: Company) -> None:
    """Both hear where it stopped, why, and who can mend it; once somebody pays, one press goes on there."""
    account = company.town.cloud.world.billing_accounts[ACCOUNT]
    account.link_limit = 1
    await ask(company.ada, "dear")
    await approve(company.grace, "acme-gemini-dear")

    message = await stopped(company.ada, await company.ada.direct_channel())
    said = words(message)
    assert "`acme-gemini-dear` was made, but is not ready" in said
    assert "linking the billing account" in said
    assert "may not be linked to more projects" in said
    assert "an administrator of the billing account" in said
    assert "`acme-gemini-dear` stays: I own it, and give out no key there" in said
    card = await stopped(company.grace, CARDS)
    assert "linking the billing account" in words(card)
    (call,) = await company.grace.replies(card)
    assert "<@U0GRACE> *FIX-" in words(call)
    await company.ada.command("/gemini-key request")
    await company.ada.until(lambda: company.ada.view and "acme-ml-dev" in str(company.ada.view), "the form")
    assert "acme-gemini-dear" not in str(company.ada.view)

    code, reconciled = await company.reconciled()
    assert (code, "look at it  half-made-project" in reconciled) == (1, True), reconciled
    assert "acme-gemini-dear  roles/owner" in reconciled

    account.link_limit = 99
    await company.ada.press("fix_again", message)
    await told(company.ada, "acme-gemini-dear", "is ready, and a key was seen to work")
    held = {binding.role for binding in company.project("acme-gemini-dear").policy.bindings}
    assert held == {COMPANY_BOT, COMPANY_BOT_SECRETS}
    assert not has_button(
        await company.grace.message(CARDS, lambda m: "done, and calls work" in words(m), "the card"),
        "fix_again",
    )


async def test_a_folder_that_the_bot_may_not_use(company: Company) -> None:
    """Who keeps the folder is named with the exact grant; the approver's press tries it again."""
    folders = company.town.cloud.world.folders
    granted = folders.pop(FOLDER)
    await ask(company.ada, "barred")
    await approve(company.grace, "acme-gemini-barred")

    card = await stopped(company.grace, CARDS)
    assert "creating the project in its folder" in words(card)
    assert "gcloud resource-manager folders add-iam-policy-binding 200000000000" in words(card)
    assert "an administrator of the organization" in words(card)

    folders[FOLDER] = granted
    await company.grace.press("fix_again", card)
    await told(company.ada, "acme-gemini-barred", "is ready, and a key was seen to work")


async def test_a_worker_that_dies_at_it(company: Company) -> None:
    """Whoever takes over goes on from the last step; the project is created once."""
    before = len(creations(company))
    async with company.dying_at("ServiceUsage/EnableService"):
        await ask(company.ada, "resumed")
        await approve(company.grace, "acme-gemini-resumed")

    await told(company.ada, "is ready, and a key was seen to work")
    assert creations(company)[before:] == ["OK"]


async def test_an_answer_that_was_lost(company: Company) -> None:
    """Google made the project and nobody heard: it is known again by the bot's own label."""
    company.town.cloud.plan.add(Fault(match="Projects/CreateProject", code="UNAVAILABLE", after_commit=True))
    await ask(company.ada, "unheard")
    await approve(company.grace, "acme-gemini-unheard")

    await told(company.ada, "is ready, and a key was seen to work")
    assert "ALREADY_EXISTS" in creations(company)


async def test_a_name_that_makes_no_id(company: Company) -> None:
    """What Google would not take is said in the form."""
    await ask(company.ada, "Not a name!")

    await company.ada.until(lambda: company.ada.errors, "the error")
    assert "can't be a project's id" in company.ada.errors["project"]
    await company.ada.close()
