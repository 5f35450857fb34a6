"""Every fix button, end to end: the press, the approval, the change at Google, and the word when it works."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from google.cloud.api_keys_v2.types import Restrictions
from google.iam.v1 import policy_pb2

from sandbox.demo.visitor import words
from sandbox.google.company import set_bot_roles
from sandbox.google.roles import BOT
from tests.why.company import CARD, has

if TYPE_CHECKING:
    from sandbox.demo.visitor import Visitor
    from tests.why.company import Company, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

GEMINI = "generativelanguage.googleapis.com"
DEV, PROD = "acme-ml-dev", "acme-ml-prod"


async def take_up(company: Company, button: str = "fix_403_0") -> str:
    """Let Ada press a fix in her modal; returns the fix's id."""
    await company.ada.press_view(button)
    said = await company.ada.until(
        lambda: "FIX-" in words(company.ada.view or {}) and words(company.ada.view), "the id"
    )
    return next(word.strip("*:,.") for word in str(said).split() if "FIX-" in word)


async def card_of(who: Visitor, fix: str) -> Json:
    return await who.message(CARD, lambda m: fix in words(m) and has(m, "approve_fix"), f"the card of {fix}")


async def outcome(company: Company, fix: str, *told: str) -> Json:
    """Wait for the message that tells Ada, unasked, how it ended."""
    direct = await company.ada.direct_channel()
    return await company.ada.message(
        direct, lambda m: fix in words(m) and all(part in words(m) for part in told), f"the end of {fix}"
    )


async def test_the_api_is_switched_on_after_an_approval(company: Company) -> None:
    """Ada asks, Grace approves, the API is on, a real call works, and Ada is told so unasked."""
    key = await company.key(DEV)
    set_bot_roles(company.project(DEV), [BOT, "roles/serviceusage.apiKeysViewer"])
    company.project(DEV).services.pop(GEMINI)
    status, text = await company.call(key)
    assert status == 403
    said = await company.ask(text)
    assert "I, the bot" in said

    fix = await take_up(company)
    await company.grace.press("approve_fix", await card_of(company.grace, fix))
    await outcome(company, fix, "calls with your key work again")

    assert (await company.call(key))[0] == 200
    done = await company.grace.message(
        CARD, lambda m: fix in words(m) and "✅ Approved by" in words(m), "the card that says it is done"
    )
    assert not has(done, "approve_fix")


@pytest.mark.parametrize(
    "restrictions",
    [
        {"api_targets": [{"service": "aiplatform.googleapis.com"}]},
        {"server_key_restrictions": {"allowed_ips": ["10.9.8.7"]}, "api_targets": [{"service": GEMINI}]},
    ],
    ids=["wrong-api", "wrong-address"],
)
async def test_a_restriction_is_corrected_and_the_diff_is_shown(
    company: Company, restrictions: dict[str, object]
) -> None:
    """The card shows what is there and what will be; afterwards the call works, and the bot has seen it."""
    key = await company.key(DEV)
    company.google_key(key).message.restrictions = Restrictions(**restrictions)
    status, text = await company.call(key)
    assert status == 403
    await company.ask(text)

    fix = await take_up(company)
    card = await card_of(company.grace, fix)
    gone = "aiplatform.googleapis.com" if len(restrictions) == 1 else "server: 10.9.8.7"
    assert f"- {gone}" in words(card)
    assert f"+ {GEMINI}" in words(card)
    await company.grace.press("approve_fix", card)
    await company.works(key)

    await outcome(company, fix, "calls with your key work again")


async def test_access_to_the_secret_is_given_again(company: Company) -> None:
    """The secret's policy grants Ada again, until the key's own end and not longer."""
    key = await company.key(DEV)
    name = f"gemini-key-{key.removeprefix('GK-').lower()}"
    secret = company.project(DEV).secrets[name]
    before = {b.condition.expression for b in secret.policy.bindings}
    secret.policy = policy_pb2.Policy()
    said = await company.ask("", f"key:{key}")
    assert "You may not read the secret" in said

    fix = await take_up(company)
    await company.grace.press("approve_fix", await card_of(company.grace, fix))
    await outcome(company, fix, "is done, and the time")

    bindings = company.project(DEV).secrets[name].policy.bindings
    assert {b.condition.expression for b in bindings} == before
    assert {m for b in bindings for m in b.members} == {"user:ada@acme.test"}


async def test_a_deleted_key_comes_back(company: Company) -> None:
    """Within 30 days the same key works again."""
    key = await company.key(DEV)
    company.google_key(key).message.delete_time = datetime.now(UTC)
    assert "was deleted" in await company.ask("", f"key:{key}")

    fix = await take_up(company)
    await company.grace.press("approve_fix", await card_of(company.grace, fix))
    await company.works(key)

    await outcome(company, fix, "calls with your key work again")


async def test_a_leaked_key_is_replaced(company: Company) -> None:
    """The old key is deleted, a new one is in the same secret, and it works; the end stays where it was."""
    key = await company.key(PROD)
    company.kept.add(PROD)
    company.google_key(key).leaked = True
    status, text = await company.call(key)
    assert status == 403
    assert "found in public" in await company.ask(text)

    fix = await take_up(company)
    await company.grace.press("approve_fix", await card_of(company.grace, fix))
    await outcome(company, fix, "the new key of", "works")

    assert company.google_key(key, 1).deleted
    assert not company.google_key(key, 2).deleted
    assert (await company.call(key, rotation=2))[0] == 200
    secret = company.project(PROD).secrets[f"gemini-key-{key.removeprefix('GK-').lower()}"]
    live = [v for v in secret.versions.values() if v.message.state.name == "ENABLED"]
    assert [v.data.decode() for v in live] == [company.google_key(key, 2).key_string]


async def test_billing_is_linked_where_the_policy_names_the_account(company: Company) -> None:
    """The account of the policy pays afterwards, and only because Google lets the bot link it."""
    key = await company.key(DEV)
    project = company.project(DEV)
    set_bot_roles(project, [BOT, "roles/billing.projectManager"])
    project.billing_account, project.trouble.billing_disabled = "", True
    _, text = await company.call(key)
    await company.ask(text)

    fix = await take_up(company)
    await company.grace.press("approve_fix", await card_of(company.grace, fix))
    await outcome(company, fix, "is done")

    assert project.billing_account == "0A0A0A-0B0B0B-0C0C0C"


async def test_what_google_refuses_is_told(company: Company) -> None:
    """An approved fix that Google refuses ends with the reason, and says so to both."""
    key = await company.key(DEV)
    company.project(DEV).services.pop(GEMINI)
    _, text = await company.call(key)
    await company.ask(text)
    fix = await take_up(company)
    card = await card_of(company.grace, fix)
    set_bot_roles(company.project(DEV), [])

    await company.grace.press("approve_fix", card)

    await outcome(company, fix, "could not be done", "may not switch APIs on")
    await company.grace.message(
        CARD, lambda m: fix in words(m) and "could not be done" in words(m), "the card"
    )


async def test_a_fix_is_decided_once_and_never_by_a_stranger(company: Company) -> None:
    """A guest is refused, the first of two approvers decides, the other is too late and is told so."""
    key = await company.key(DEV)
    company.project(DEV).services.pop(GEMINI)
    _, text = await company.call(key)
    await company.ask(text)
    fix = await take_up(company)
    card = await card_of(company.grace, fix)

    await company.mallory.press("approve_fix", card)
    assert GEMINI not in company.project(DEV).services
    await company.grace.press("deny_fix", card)
    late = await company.alan.press("approve_fix", card)

    await outcome(company, fix, "denied")
    if late["ok"]:
        await company.alan.until(lambda: any("denied" in words(w) for w in company.alan.whispers), "who did")
    else:
        assert late["error"] == "stale_element"
    assert GEMINI not in company.project(DEV).services


async def test_an_approvers_own_press_needs_no_card(company: Company) -> None:
    """Grace meets the error herself: her press is the decision, and she is told the end."""
    project = company.project("acme-vision")
    assert GEMINI not in project.services
    text = (
        "403 Generative Language API has not been used in project acme-vision before or it is disabled. "
        "[reason: SERVICE_DISABLED]"
    )
    await company.grace.command(f"/gemini-key why-403 {text}")
    seen = await company.grace.until(
        lambda: next((w for w in company.grace.whispers if has(w, "fix_403_0")), None), "the answer"
    )

    await company.grace.press("fix_403_0", {**seen, "channel": "C0GENERAL"})

    direct = await company.grace.direct_channel()
    await company.grace.message(direct, lambda m: "FIX-" in words(m) and "has passed" in words(m), "the end")
    assert GEMINI in project.services
    cards = await company.grace.messages(CARD)
    assert not [m for m in cards if "acme-vision" in words(m) and "Fix ·" in words(m)]
