"""Two people stand behind every key, also when the first one is an approver."""

from __future__ import annotations

from tests.support.company import APPROVALS, Company, has_button, shows


async def test_you_cant_approve_your_own(acme: Company) -> None:
    """Grace asks and clicks Approve herself: she is told no, alone; Alan's click counts."""
    await acme.bot()
    grace, alan = await acme.person("U0GRACE"), await acme.person("U0ALAN")
    request_id = await acme.ask(grace)
    card = await grace.message(APPROVALS, shows(request_id), "the card")

    await grace.press("approve_request", card)
    await grace.until(lambda: grace.whispers, "an answer")
    assert grace.whispers[0]["text"] == "You can't decide your own request."
    assert alan.whispers == [], "nobody else sees it"
    assert (await acme.request(request_id)).state.value == "pending"

    await alan.press("approve_request", await alan.message(APPROVALS, shows(request_id), "the card"))
    channel = await grace.direct_channel()
    await grace.message(channel, lambda m: has_button(m, "open_secret"), "the link to the key")
    secret = acme.secret(request_id)
    assert secret is not None
    assert acme.readers(secret) == {"user:grace@acme.test"}
