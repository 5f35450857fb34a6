"""A new key takes the old one's place; the old one goes when nobody uses it, or at once when it leaked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.google.clock import utc_now
from tests.support.company import APPROVALS, Company, has_button, shows

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest


def a_day_later(request: KeyRequest) -> KeyRequest:
    """Let the old key's grace be over."""
    old = tuple(replace(retiring, look_at=utc_now()) for retiring in request.retiring)
    return replace(request, retiring=old)


async def test_a_key_is_rotated(acme: Company) -> None:
    """Ada rotates; her program still uses the old key, so she is asked; then the new one leaks."""
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
    request_id = await acme.holding(ada, grace)
    channel = await ada.direct_channel()
    (first,) = acme.live_keys()

    # Ada presses [Rotate]. The same secret holds a new key as its newest version, and both keys work.
    ready = await ada.message(channel, lambda m: has_button(m, "rotate_key"), "the buttons of her key")
    await ada.press("rotate_key", ready)
    await ada.message(channel, shows(request_id, "in place, as version 2"), "that the new key is there")
    (second,) = (key for key in acme.live_keys() if key is not first)
    secret = acme.secret(request_id)
    assert secret is not None
    assert acme.stored_text(secret) == second.key_string
    assert [await acme.call(key) for key in (first, second)] == [200, 200]

    # Her program goes on with the old key. When its grace is over the bot sees that, and asks.
    await acme.skip(request_id, a_day_later)
    asked = await ada.message(channel, shows(request_id, "is still used"), "that the old key is used")
    assert first in acme.live_keys()

    # Ada presses [Delete it anyway]. One key is left, and the old text is nowhere.
    await ada.press("delete_old_key", asked)
    await ada.message(channel, shows(f"The old key of *{request_id}* is deleted"), "that the old key is gone")
    assert acme.live_keys() == [second]
    assert secret.versions[1].data == b""

    # Grace finds the new key in a public repository. She reports it: it is replaced at once.
    await grace.command(f"/gemini-key leak {request_id}")
    question = await grace.until(lambda: grace.whispers and grace.whispers[-1], "the question")
    await grace.press("report_leak", {"channel": "C0GENERAL", **question})
    await ada.message(channel, shows(request_id, "leaked", "Git history"), "the checklist")
    await grace.message(APPROVALS, shows(request_id, "leaked"), "the same for the approvers")
    await ada.message(channel, shows(request_id, "leaked", "in place, as version 3"), "the third key")
    (third,) = acme.live_keys()
    assert third not in (first, second)
    assert acme.stored_text(secret) == third.key_string
    assert await acme.call(second) == 400
