"""Nobody decides: after the time that the policy gives them, the next group is called and may decide, too."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.domain.audit import Event
from sandbox.google.clock import utc_now
from tests.support.company import APPROVALS, Company, has_button, shows, words
from tests.support.people import TEAM

RULES = """
[approval.approvers]
users = ["U0GRACE"]

[[approval.escalation]]
after = "4h"
users = ["U0RADIA"]
"""


async def test_silence_calls_others(acme: Company) -> None:
    """Before four hours of silence Radia may not decide, afterwards she is called and her click counts."""
    acme.rules(*RULES.split("\n\n"))
    await asyncio.gather(acme.bot(), acme.bot())
    ada, grace, radia = [await acme.person(user_id) for user_id in ("U0ADA", "U0GRACE", "U0RADIA")]
    request_id = await acme.ask(ada)
    card = await grace.message(APPROVALS, shows(request_id), "the card")

    # Radia is somewhere below on the list. It is not her turn.
    await radia.press("approve_request", card)
    await radia.until(lambda: radia.whispers, "why not")
    assert "Only Gemini key approvers can decide this" in radia.whispers[0]["text"]

    # Four hours pass in silence.
    await acme.requests.edit(
        TEAM,
        request_id,
        lambda r: replace(r, escalates_at=(utc_now(),)),
        Event(at=utc_now(), by="clock", verb="time-passes"),
    )

    # Two workers see it. Radia is called by name, once, under the card, which says so, too.
    card = await grace.message(APPROVALS, shows(request_id, "these may decide, too: <@U0RADIA>"), "the card")
    await radia.press("approve_request", card)

    channel = await ada.direct_channel()
    await ada.message(channel, lambda m: has_button(m, "open_secret"), "the link to the key")
    request = await acme.request(request_id)
    assert [approval.by.user_id for approval in request.approvals] == ["U0RADIA"]
    calls = [reply for reply in await grace.replies(card) if shows(request_id, "so you may, too")(reply)]
    assert [words(call).count("<@U0RADIA>") > 0 for call in calls] == [True]
