"""When a project cannot own a key, people read why, nothing is left, and after the fix one click does."""

from __future__ import annotations

from sandbox.google.admin_changes import change_project
from tests.support.company import APPROVALS, Company, has_button, shows


async def test_a_project_that_cant(acme: Company) -> None:
    """Billing is closed: cause and fix are told, Google is as before, and Try again works once mended."""
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
    request_id = await acme.ask(ada, project="acme-legacy", environment="prod")
    await grace.press("approve_request", await grace.message(APPROVALS, shows(request_id), "the card"))

    # Both are told the cause, and that nothing was left behind. It is so.
    channel = await ada.direct_channel()
    await ada.message(channel, shows(request_id, "could not be made", "billing"), "why it failed")
    card = await grace.message(APPROVALS, lambda m: has_button(m, "retry_request"), "the offer to try again")
    failure = (await acme.request(request_id)).failure
    assert failure is not None
    assert failure.cause == "billing-disabled"
    assert failure.fix
    assert acme.live_keys("acme-legacy") == []
    assert acme.project("acme-legacy").secrets == {}

    # Radia links an open billing account. Grace tries again; the approval still stands.
    open_account = acme.project("acme-ml-dev").billing_account
    change_project(acme.town.cloud.world, "acme-legacy", {"billing_account": open_account})
    await grace.press("retry_request", card)

    await ada.message(channel, lambda m: has_button(m, "open_secret"), "the link to the key")
    assert len(acme.live_keys("acme-legacy")) == 1
