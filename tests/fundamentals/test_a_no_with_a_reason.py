"""A no comes with its reason, and the way to ask again."""

from __future__ import annotations

from sandbox.demo.visitor import chosen, written
from tests.support.company import APPROVALS, Company, has_button, shows


async def test_a_no_with_a_reason(acme: Company) -> None:
    """Grace denies and says why; Ada reads it and gets her form back, filled."""
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
    request_id = await acme.ask(ada)
    card = await grace.message(APPROVALS, shows(request_id), "the card")

    # Deny… opens a form that asks for the reason.
    await grace.press("deny_request", card)
    await grace.submit({"reason": chosen("detail"), "note": written("Which tool is it?")})

    # Ada is told by name and in Grace's words.
    channel = await ada.direct_channel()
    told = await ada.message(channel, shows(request_id, "Grace Hopper denied", "Which tool is it?"), "the no")
    await grace.message(APPROVALS, shows(request_id, "Denied by <@U0GRACE>"), "the decided card")

    # One button brings the form back with what she had written.
    await ada.press("send_again", told)
    form = await ada.until(
        lambda: ada.view and ada.view["callback_id"] == "request_key" and ada.view, "the form"
    )
    purpose = next(b["element"] for b in form["blocks"] if b["block_id"] == "purpose")
    assert purpose["initial_value"] == (await acme.request(request_id)).purpose

    # Nothing was ever made at Google.
    assert acme.live_keys() == []
    assert acme.secret(request_id) is None
    assert not has_button(await grace.message(APPROVALS, shows(request_id), "the card"), "approve_request")
