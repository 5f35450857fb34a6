"""Who does not belong gets no key, decides nothing, and is told why in words."""

from __future__ import annotations

from sandbox.demo.visitor import chosen, written
from tests.support.company import APPROVALS, Company, shows


async def test_guests_and_strangers(acme: Company) -> None:
    """A guest can open the form and learns why it is not for her; her clicks decide nothing."""
    await acme.bot()
    ada, mallory = await acme.person("U0ADA"), await acme.person("U0MALLORY")
    request_id = await acme.ask(ada)

    # Mallory fills in the form. The refusal stands in it, and nothing is kept.
    await mallory.command("/gemini-key request")
    await mallory.submit(
        {
            "project": chosen("acme-ml-dev"),
            "environment": chosen("dev"),
            "purpose": written("I would like a key for my own things, please"),
            "lifetime": chosen(str(30 * 86_400)),
        }
    )
    await mallory.until(lambda: mallory.errors, "the refusal")
    assert mallory.errors == {"project": "Guests can't use Gemini keys. Ask the person who invited you."}
    assert await acme.requests.mine("T0ACME", "U0MALLORY") == []

    # She happens to be in the approvers' channel. Her click changes nothing.
    card = await mallory.message(APPROVALS, shows(request_id), "the card")
    await mallory.press("approve_request", card)
    await mallory.until(lambda: mallory.whispers, "an answer")
    assert mallory.whispers[0]["text"].startswith("Guests can't use Gemini keys")
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
