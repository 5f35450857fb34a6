"""Keys from before the bot get an owner and an end, or a successor; the rest goes, and can come back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain import names
from sandbox.demo.visitor import chosen, words, written
from sandbox.google.clock import utc_now
from tests.support.company import APPROVALS, PURPOSE, Company, has_button, shows

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from sandbox.demo.visitor import Json, Visitor

PROJECT = "acme-ml-dev"


async def survey(who: Visitor, *texts: str) -> Json:
    """List the keys of the project, and wait until the list shows what it should."""
    who.whispers.clear()
    await who.command(f"/gemini-key admin migrate {PROJECT}")
    seen = await who.until(
        lambda: next((m for m in who.whispers if all(text in words(m) for text in texts)), None), str(texts)
    )
    return {"channel": "C0GENERAL", **seen}


def filled(owner: str = "") -> dict[str, Json]:
    """Fill the form in for somebody, or for oneself."""
    form = {
        "environment": chosen("dev"),
        "purpose": written(PURPOSE),
        "lifetime": chosen(str(30 * 86_400)),
    }
    return form | ({"owner": {"type": "users_select", "selected_user": owner}} if owner else {})


def silent(request: KeyRequest) -> KeyRequest:
    """Let the old key's grace be over."""
    return replace(request, retiring=tuple(replace(old, look_at=utc_now()) for old in request.retiring))


async def test_an_approver_gives_an_old_key_its_owner(acme: Company) -> None:
    """Grace claims a console key for Ada; nothing moves but the notes on it. Later Ada replaces it."""
    acme.key_from_the_console("summaries of ada@acme.test")
    (old,) = acme.live_keys()
    old.message.annotations = {"cost-centre": "42"}
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")

    # Grace lists the keys and presses [Claim…]: the form guesses whose it is by the address on it.
    await grace.press("claim_key", await survey(grace, "summaries of"))
    form = await grace.until(lambda: grace.view, "the form")
    assert "U0ADA" in str(form["blocks"])
    assert (await grace.submit(filled("U0ADA")))["state"] == "acked"

    # Her own yes is all that dev keys need. Ada is told, truthfully, that nobody here knows the text.
    direct = await ada.direct_channel()
    mine = await ada.message(direct, lambda m: "is yours" in words(m), "that the key is hers")
    assert "I don't know its text" in words(mine)
    assert not has_button(mine, "open_secret")
    (request,) = await acme.requests.mine("T0ACME", "U0ADA")
    assert request.adopted is not None
    assert dict(old.message.annotations) == {"cost-centre": "42", **names.annotations_for(request)}
    assert acme.secret(request.id) is None
    assert await acme.call(old) in {200, 401, 403}, "it works as well as before"

    # The list knows her now, and offers nothing more for that key.
    assert not has_button(await survey(grace, request.id), "claim_key")

    # Ada presses [Replace]: a bound key waits in her secret, and the old one lives on beside it.
    await ada.press("rotate_key", mine)
    await ada.message(direct, shows(request.id, "is in the secret, as version 1"), "the new key")
    (new,) = (key for key in acme.live_keys() if key is not old)
    secret = acme.secret(request.id)
    assert secret is not None
    assert acme.stored_text(secret) == new.key_string
    assert await acme.call(new) == 200
    assert not old.deleted

    # Nobody calls the old one any more, whatever for. When its grace is over it is deleted.
    acme.town.cloud.world.gemini_calls.clear()
    await acme.skip(request.id, silent)
    await acme.until(request.id, lambda r: not r.retiring, "the old key is gone")
    assert acme.live_keys() == [new]


async def test_an_owner_asks_for_his_old_key_to_be_replaced(acme: Company) -> None:
    """Grace writes to the owners; Ada presses [Replace…]; Grace approves; Ada later revokes both keys."""
    acme.key_from_the_console("summaries of ada@acme.test")
    acme.key_from_the_console("nobody knows")
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")

    await grace.press("tell_owners", await survey(grace, "summaries of"))
    direct = await ada.direct_channel()
    asked = await ada.message(direct, lambda m: "its kind is ending" in words(m), "that her key is ending")
    told = await grace.direct_channel()
    await grace.message(told, lambda m: "The owner of 1 key is not known" in words(m), "who was not found")

    await ada.press("replace_found_key", asked)
    assert (await ada.submit(filled()))["state"] == "acked"
    (request,) = await acme.requests.mine("T0ACME", "U0ADA")
    card = await grace.message(APPROVALS, shows(request.id, "Existing key", "summaries of"), "the card")

    # Nobody decides for himself, and nobody claims it twice.
    await ada.press("replace_found_key", asked)
    await ada.submit(filled())
    await ada.until(lambda: ada.errors or any("claimed already" in words(w) for w in ada.whispers), "a no")
    await grace.press("approve_request", card)

    await ada.message(direct, shows(request.id, "is in the secret, as version 1"), "the new key")
    assert len(acme.live_keys()) == 3
    ready = await ada.message(direct, lambda m: has_button(m, "revoke_key"), "the buttons of her key")
    await ada.press("revoke_key", ready)
    await acme.until(request.id, lambda r: r.state == "revoked", "all of it is taken away")
    assert [key.message.display_name for key in acme.live_keys()] == ["nobody knows"]


async def test_a_key_of_nobody_is_restricted_and_deleted(acme: Company) -> None:
    """Each with a question before and a way back after; a stranger's press does nothing."""
    acme.key_from_the_console("an old demo")
    (old,) = acme.live_keys()
    await acme.bot()
    grace = await acme.person("U0GRACE")
    direct = await grace.direct_channel()

    await grace.press("restrict_found_key", await survey(grace, "an old demo"))
    await grace.message(
        direct, lambda m: "call the Gemini API alone" in words(m) and "is done" in words(m), "it"
    )
    assert [target.service for target in old.message.restrictions.api_targets] == [names.GEMINI]

    await grace.press("delete_found_key", await survey(grace, "an old demo"))
    gone = await grace.message(direct, lambda m: has_button(m, "undelete_found_key"), "that it is deleted")
    assert old.deleted

    await grace.press("undelete_found_key", gone)
    await grace.message(direct, lambda m: "Bring the deleted key" in words(m) and "is done" in words(m), "it")
    assert not old.deleted
