"""Production keys work from the company's own addresses only: the policy demands it, Google keeps it."""

from __future__ import annotations

from tests.support.company import APPROVALS, PURPOSE, Company, has_button, shows
from tests.support.slack_side import chosen

RULES = """
[environments.prod]
lifetimes = ["30d"]
restriction = "ip"
"""
FORM = {
    "project": chosen("acme-ml-prod"),
    "environment": chosen("prod"),
    "purpose": {"type": "plain_text_input", "value": PURPOSE},
    "lifetime": chosen(str(30 * 86_400)),
}


async def test_a_key_for_one_network(acme: Company) -> None:
    """Without addresses the form is refused; with them the key is made, and refused from anywhere else."""
    acme.rules(RULES)
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")

    # Ada forgets to say where she will use it.
    await ada.command("/gemini-key request")
    await ada.submit(FORM)
    await ada.until(lambda: ada.errors, "what is missing")
    assert "work from named addresses only" in ada.errors["restriction"]

    # She names her network; the approver sees it on the card.
    await ada.submit({**FORM, "restriction": {"type": "plain_text_input", "value": "198.51.100.0/24"}})
    request_id = (await acme.requests.mine("T0ACME", "U0ADA"))[0].id
    card = await grace.message(APPROVALS, shows(request_id, "works only from 198.51.100.0/24"), "the card")
    await grace.press("approve_request", card)

    # The bot is elsewhere: Google refuses it for that alone, which shows that the key works.
    await ada.message(
        await ada.direct_channel(), lambda m: has_button(m, "open_secret"), "the link to the key"
    )
    (key,) = acme.live_keys("acme-ml-prod")
    limits = key.message.restrictions
    assert list(limits.server_key_restrictions.allowed_ips) == ["198.51.100.0/24"]
    assert [target.service for target in limits.api_targets] == ["generativelanguage.googleapis.com"]
