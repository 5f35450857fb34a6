"""A revoked key is gone at once, and can be had again by whoever is allowed to want it back."""

from __future__ import annotations

from tests.support.company import APPROVALS, Company, has_button, shows


async def test_a_key_is_revoked(acme: Company) -> None:
    """Ada revokes her key and undoes it; what Grace revokes, Ada cannot bring back by herself."""
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
    request_id = await acme.holding(ada, grace)
    channel = await ada.direct_channel()
    (key,) = acme.live_keys()
    secret = acme.secret(request_id)
    assert secret is not None

    # Ada presses [Revoke]. The key is deleted, nobody may read the secret, and its version is closed.
    ready = await ada.message(channel, lambda m: has_button(m, "revoke_key"), "the buttons of her key")
    await ada.press("revoke_key", ready)
    over = await ada.message(channel, shows(request_id, "was revoked by <@U0ADA>"), "that it is gone")
    assert (acme.live_keys(), acme.readers(secret)) == ([], set())
    assert secret.versions[1].message.state.name == "DISABLED"

    # She presses [Undo]. The very same key is back, in the same version of the same secret.
    await ada.press("undo_revoke", over)
    await ada.message(channel, shows(request_id, "is back: <@U0ADA> undid"), "that it is back")
    assert acme.live_keys() == [key]
    assert acme.readers(secret) == {"user:ada@acme.test"}
    assert acme.stored_text(secret) == key.key_string
    assert await acme.call(key) == 200

    # Grace revokes it by command, which asks first. Ada cannot undo that; an approver can.
    await grace.command(f"/gemini-key revoke {request_id}")
    question = await grace.until(lambda: grace.whispers and grace.whispers[-1], "the question")
    await grace.press("revoke_key", {"channel": "C0GENERAL", **question})
    over = await ada.message(channel, shows(request_id, "was revoked by <@U0GRACE>"), "that it is gone")
    await ada.press("undo_revoke", over)
    refusal = await ada.until(lambda: ada.whispers and ada.whispers[-1], "a refusal")
    assert "Only an approver can undo that." in refusal["text"]
    assert acme.live_keys() == []
    card = await grace.message(APPROVALS, lambda m: has_button(m, "undo_revoke"), "the card with [Undo]")
    await grace.press("undo_revoke", card)
    await ada.message(channel, shows(request_id, "is back: <@U0GRACE> undid"), "that it is back")
    assert acme.live_keys() == [key]
