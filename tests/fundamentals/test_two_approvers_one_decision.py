"""Two approvers click at the same moment, and two processes hear them: one decision, one key."""

from __future__ import annotations

import asyncio

from tests.support.company import APPROVALS, Company, has_button, shows

NAMES = {"U0GRACE": "Grace Hopper", "U0ALAN": "Alan Turing"}


async def test_two_approvers_one_decision(acme: Company) -> None:
    """The first click decides, the other approver is told whose it was, and one key comes of it."""
    await asyncio.gather(acme.bot(), acme.bot())
    ada, grace, alan = [await acme.person(user_id) for user_id in ("U0ADA", "U0GRACE", "U0ALAN")]
    request_id = await acme.ask(ada)
    card = await grace.message(APPROVALS, shows(request_id), "the card")

    await asyncio.gather(grace.press("approve_request", card), alan.press("approve_request", card))

    channel = await ada.direct_channel()
    await ada.message(channel, lambda m: has_button(m, "open_secret"), "the link to the key")
    request = await acme.request(request_id)
    assert len(request.approvals) == 1
    winner = request.approvals[0].by.user_id
    loser, other = (grace, alan) if winner == "U0ALAN" else (alan, grace)
    await loser.until(lambda: loser.whispers, "who was first")
    assert loser.whispers[0]["text"] == f"{NAMES[winner]} has already approved {request_id}."
    assert other.whispers == []

    # Two announcers, one card; two workers, one key.
    seen = await grace.messages(APPROVALS)
    cards = [m for m in seen if shows(request_id)(m) and not m["ephemeral"]]
    assert len(cards) == 1
    assert len(acme.live_keys()) == 1
    assert request.rotation == 1
