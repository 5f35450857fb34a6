"""A key is renewed by the same rules that gave it, and nothing is cut in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain import names
from sandbox.google.clock import utc_now
from tests.support.company import APPROVALS, Company, chosen, has_button, shows, words

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest

MONTH, WEEK = timedelta(days=30), timedelta(days=7)


def three_weeks_later(request: KeyRequest) -> KeyRequest:
    """Let a key of a month be in its last week."""
    (yes,) = request.approvals
    begun = utc_now() - MONTH + WEEK - timedelta(minutes=1)
    return replace(request, approvals=(replace(yes, at=begun),), expires_at=begun + MONTH)


async def test_a_key_lives_longer(acme: Company) -> None:
    """Warned a week before the end, Ada renews; Grace approves; record, secret, access and key agree."""
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
    request_id = await acme.holding(ada, grace)
    channel = await ada.direct_channel()

    # Three weeks go by. The bot warns Ada, with two buttons.
    await acme.skip(request_id, three_weeks_later)
    warning = await ada.message(channel, lambda m: has_button(m, "let_expire"), "the warning")

    # [Let it expire] silences the next warnings; she can still change her mind with [Renew…].
    await ada.press("let_expire", warning)
    warning = await ada.message(channel, shows(request_id, "You let it expire"), "that it is silent")
    await ada.press("renew_key", warning)
    form = await ada.until(lambda: ada.view, "the form")
    assert "90 days at most, counted from the approval" in words(form)
    offered = [o["value"] for b in form["blocks"] for o in (b.get("element") or {}).get("options", [])]
    assert offered == [str(days * 86_400) for days in (7, 30, 90)]
    await ada.submit({"lifetime": chosen(str(30 * 86_400))})

    # The approvers get a card like any other. Grace approves, and the clock runs from then.
    card = await grace.message(APPROVALS, lambda m: has_button(m, "approve_renewal"), "the card")
    before = utc_now()
    await grace.press("approve_renewal", card)
    await ada.message(channel, shows(request_id, "lives on until"), "that it is renewed")
    card = await grace.message(APPROVALS, shows(request_id, "Approved by <@U0GRACE> · expires"), "the same")

    # Nothing says any more that it waits, and the request's own story tells it in words.
    assert "Over without a decision" not in words(card)
    told = " ".join([words(message) for message in await ada.messages(channel)])
    assert f"The renewal of *{request_id}* is decided." in told
    assert "is waiting for approval" not in told
    await ada.command(f"/gemini-key show {request_id}")
    story = words(await ada.message("C0GENERAL", shows(request_id, "lets it expire"), "the story"))
    assert "<@U0ADA> asked for more time" in story
    assert "<@U0GRACE> approved the renewal" in story

    # The record, the secret, who may read it and what is written on the key say the same.
    request = await acme.request(request_id)
    assert request.expires_at is not None
    assert before + MONTH <= request.expires_at <= utc_now() + MONTH
    assert (request.warned, request.let_expire) == (0, False)
    secret = acme.secret(request_id)
    assert secret is not None
    assert secret.message.expire_time == request.expires_at + WEEK
    conditions = {binding.condition.expression for binding in secret.policy.bindings}
    assert conditions == {f'request.time < timestamp("{request.expires_at:%Y-%m-%dT%H:%M:%SZ}")'}
    (key,) = acme.live_keys()
    for written in (key.message.annotations, secret.message.annotations):
        assert dict(written) == names.annotations_for(request)
