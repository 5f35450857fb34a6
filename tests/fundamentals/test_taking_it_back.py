"""What one asked for, one can take back while nobody has decided."""

from __future__ import annotations

from tests.support.company import APPROVALS, Company, has_button, shows


async def test_taking_it_back(acme: Company) -> None:
    """Ada withdraws from her message; the approvers see it, and a late click changes nothing."""
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
    request_id = await acme.ask(ada)
    card = await grace.message(APPROVALS, shows(request_id), "the card")
    channel = await ada.direct_channel()
    waiting = await ada.message(channel, lambda m: has_button(m, "withdraw_request"), "her request")

    # The button asks back before it does anything.
    refused = await ada.press("withdraw_request", waiting, sure=False)
    assert refused["error"] == "needs_confirm"
    await ada.press("withdraw_request", waiting)

    # The card loses its buttons at once, so Grace's screen no longer offers what she may still try.
    await grace.message(APPROVALS, shows(request_id, "Withdrawn by <@U0ADA>"), "that it is withdrawn")
    late = await grace.press("approve_request", card)
    assert late["error"] == "stale_element"
    assert (await acme.request(request_id)).state.value == "withdrawn"
    assert acme.live_keys() == []
