"""A key that nobody uses: the bot asks, once, and takes an answer, a call or silence as what they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.audit import Event
from sandbox.google.clock import utc_now
from tests.support.company import APPROVALS, Company, has_button, shows
from tests.support.people import TEAM

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest

QUESTION = "still needed?"


async def test_the_holder_is_asked_and_silence_counts(acme: Company) -> None:
    """Used lately: no question. Unused: one question; Keep keeps it, silence ends it where policy says so."""
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
    request_id = await acme.ask(ada)
    await grace.press("approve_request", await grace.message(APPROVALS, shows(request_id), "the card"))
    direct = await ada.direct_channel()
    await ada.message(direct, lambda m: has_button(m, "open_secret"), "the link to the key")

    # Thirty-one days pass, and two weeks ago a program called. Nobody is asked.
    await acme.grow_older(request_id, 31, (14, 200, 3))
    await acme.until(request_id, lambda r: r.idle and r.idle.last_used, "that its use was seen")
    assert not [m for m in await ada.messages(direct) if shows(request_id, QUESTION)(m)]

    # Seventeen days later the last call is a month ago. Ada is asked, and keeps the key.
    acme.town.cloud.world.gemini_calls.clear()
    await change(acme, request_id, look_at=utc_now())
    question = await ada.message(direct, shows(request_id, QUESTION), "the question")
    await ada.press("keep_idle", question)
    await ada.message(direct, shows(request_id, "stays"), "that it stays")
    assert len(acme.live_keys()) == 1

    # A month later she is asked again, in a message of its own, and is away. This company revokes then.
    await change(acme, request_id, look_at=utc_now(), revokes=True)
    again = await ada.message(direct, shows(request_id, QUESTION, "revoked"), "the second question")
    assert again["ts"] != question["ts"]
    asked = (await acme.request(request_id)).idle
    assert asked is not None
    assert asked.asked_at is not None
    assert asked.asked == 2
    await change(acme, request_id, asked_at=asked.asked_at - timedelta(days=7))
    await ada.message(direct, shows(request_id, "It is taken away"), "what silence led to")
    await acme.until(request_id, lambda r: r.state.value == "revoked", "the end")
    assert acme.live_keys() == []


async def change(acme: Company, request_id: str, **changes: object) -> None:
    """Move the clock of a key's idleness."""

    def move(request: KeyRequest) -> KeyRequest:
        assert request.idle is not None
        return replace(request, idle=replace(request.idle, **changes))

    await acme.requests.edit(TEAM, request_id, move, Event(at=utc_now(), by="bot", verb="time-passes"))
