"""Who does not belong gets no key, decides nothing, and is told why in words."""

from __future__ import annotations

from tests.support.company import APPROVALS, Company, shows


async def test_guests_and_strangers(acme: Company) -> None:
    """A guest is told why there is no form for her; her clicks decide nothing."""
    await acme.bot()
    ada, mallory = await acme.person("U0ADA"), await acme.person("U0MALLORY")
    request_id = await acme.ask(ada)

    # Mallory asks for the form. She reads why not, before she has typed anything in vain.
    await mallory.command("/gemini-key request")
    await mallory.until(lambda: mallory.whispers, "the refusal")
    assert mallory.whispers[0]["text"] == "Guests can't use Gemini keys. Ask the person who invited you."
    assert mallory.view is None

    # She happens to be in the approvers' channel. Her click changes nothing.
    card = await mallory.message(APPROVALS, shows(request_id), "the card")
    await mallory.press("approve_request", card)
    await mallory.until(lambda: len(mallory.whispers) == 2, "an answer")
    assert mallory.whispers[1]["text"].startswith("Guests can't use Gemini keys")
    assert (await acme.request(request_id)).state.value == "pending"
    assert acme.live_keys() == []


async def test_somebody_who_left(acme: Company) -> None:
    """An approver whose account was switched off decides nothing from then on."""
    await acme.bot()
    ada = await acme.person("U0ADA")
    acme.town.slack.change_user("U0GRACE", deleted=True)
    grace = await acme.person("U0GRACE")
    request_id = await acme.ask(ada)

    await grace.press("approve_request", await grace.message(APPROVALS, shows(request_id), "the card"))

    await grace.until(lambda: grace.whispers, "an answer")
    assert grace.whispers[0]["text"] == "Only people with an active account can use Gemini keys."
    assert (await acme.request(request_id)).state.value == "pending"
