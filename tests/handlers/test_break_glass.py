"""In an emergency a named person takes a key at once, and nobody can overlook it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.audit import BOT, Event
from bot.domain.key_request import State
from bot.store.audit import Audit
from tests.handlers.test_policy import BASE
from tests.support.people import TEAM
from tests.support.slack_side import ADA, ALAN, APPROVALS, GRACE, PURPOSE, SlackSide, chosen, has_button

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.domain.key_request import KeyRequest
    from sandbox.slack.records import Message

GLASS = """
[[rules]]
name = "no vision"
decide = "deny"
projects = ["acme-vision"]
because = "Not there."

[break_glass]
users = ["U0ADA", "U0GRACE"]
lifetime = "2h"
"""
FORM = {
    "project": chosen("acme-ml-dev"),
    "environment": chosen("dev"),
    "purpose": {"type": "plain_text_input", "value": PURPOSE},
}


@pytest.fixture
async def side(redis_url: str, tmp_path: Path) -> AsyncIterator[SlackSide]:
    (tmp_path / "policy.toml").write_text(BASE + GLASS)
    async with SlackSide(redis_url, tmp_path / "policy.toml") as side:
        yield side


async def taken(side: SlackSide, user: str = ADA) -> KeyRequest:
    """Take a key; returns the request."""
    await side.command(user, "break-glass")
    answer = await side.submit(user, FORM)
    assert "granted without approval" in str(answer.json.get("view")), answer
    side.slack.team.views.clear(user)
    return (await side.service.requests.mine(TEAM, user))[0]


async def test_the_key_is_granted_and_everybody_hears_it(side: SlackSide) -> None:
    """It lives two hours; both skipped approvers get a DM, the card says who took it, the audit whom past."""
    request = await taken(side)

    assert (request.state, request.emergency, request.rule) == (State.APPROVED, True, "")
    assert request.expires_at is not None
    assert (request.expires_at - request.requested_at).total_seconds() == 7_200
    assert all(approval.by.bot for approval in request.approvals)
    for approver in (GRACE, ALAN):
        told = await side.message(side.direct(approver), lambda m: request.id in m.text)
        assert "<@U0ADA> took a dev key in `acme-ml-dev` without approval" in told.text
        assert PURPOSE in told.text
    card = await side.card(request.id)
    assert "*Break-glass:* <@U0ADA> took this key without asking <@U0ALAN> <@U0GRACE>" in str(card.blocks)
    (event,) = [entry.event async for entry in Audit(side.service.redis).entries(TEAM)]
    assert '"verb":"break-glass"' in event
    assert "U0ALAN U0GRACE" in event


async def test_somebody_else_reviews_it(side: SlackSide) -> None:
    """Not who took it, though an approver; then once, and the card says by whom."""
    request = await taken(side, GRACE)
    card = await side.card(request.id)
    assert has_button(card, "review_emergency")

    await side.press(GRACE, "review_emergency", card)
    assert side.whispers(GRACE) == ["You can't decide your own request."]
    await side.press(ADA, "review_emergency", card)
    assert "Only Gemini key approvers" in side.whispers(ADA)[0]
    await side.press(ALAN, "review_emergency", card)

    await side.until(lambda: "Reviewed by <@U0ALAN>" in str(card.blocks))
    assert not has_button(card, "review_emergency")
    reviewed = (await side.service.requests.get(TEAM, request.id)).reviewed
    assert reviewed is not None
    assert reviewed.by.user_id == ALAN


async def test_whoever_says_it_was_wrong_takes_the_key(side: SlackSide) -> None:
    """Review and end are one move: the audit has one event, and a key that can't end yet stays unreviewed."""
    request = await taken(side)
    await stands(side, request, State.ACTIVE)
    card = deepcopy(await side.until(lambda: _offered(side)))
    await stands(side, request, State.PROVISIONING)

    await side.press(ALAN, "stop_emergency", card)
    assert (await side.service.requests.get(TEAM, request.id)).reviewed is None
    assert "has no live key" in side.whispers(ALAN)[0]

    await stands(side, request, State.ACTIVE)
    before = [entry async for entry in Audit(side.service.redis).entries(TEAM)]
    await side.press(ALAN, "stop_emergency", card)
    stopped = await side.service.requests.get(TEAM, request.id)
    assert stopped.reviewed is not None
    assert stopped.ending is not None
    assert stopped.reviewed.by == stopped.ending.by
    (event,) = [entry.event async for entry in Audit(side.service.redis).entries(TEAM)][len(before) :]
    assert "emergency ended by an approver" in event


async def stands(side: SlackSide, request: KeyRequest, state: State) -> None:
    """Have the record stand where the workers would have brought it."""
    event = Event(at=request.requested_at, by=BOT, verb="activate")
    await side.service.requests.edit(TEAM, request.id, lambda r: replace(r, state=state), event)


def _offered(side: SlackSide) -> Message | None:
    """Find the card that offers to take the key away."""
    cards = side.messages(APPROVALS)
    return next((card for card in cards if has_button(card, "stop_emergency")), None)


async def test_once_a_week_is_enough(side: SlackSide) -> None:
    """The policy's cap holds: the second key needs somebody's yes."""
    await taken(side)
    await side.command(ADA, "break-glass")
    answer = await side.submit(ADA, FORM)

    assert "break-glass" in str(answer.json["errors"])
    assert len(await side.service.requests.mine(TEAM, ADA)) == 1


async def test_only_who_is_named_may(side: SlackSide) -> None:
    """Everybody else gets no form, and a no of the policy is one here, too; the reason is required."""
    answer = await side.command(ALAN, "break-glass")
    assert "Only people whom the policy names for emergencies" in answer.json["text"]
    assert side.view(ALAN) is None

    await side.command(ADA, "break-glass")
    assert "Not there." in str((await side.submit(ADA, {**FORM, "project": chosen("acme-vision")})).json)
    short = {"type": "plain_text_input", "value": "urgent"}
    assert "purpose" in (await side.submit(ADA, {**FORM, "purpose": short})).json["errors"]
    assert [m for m in side.messages(APPROVALS) if m.visible_to is None] == []


async def test_without_the_table_nobody_may(redis_url: str, tmp_path: Path) -> None:
    """A policy that says nothing of emergencies knows none."""
    (tmp_path / "policy.toml").write_text(BASE)
    async with SlackSide(redis_url, tmp_path / "policy.toml") as side:
        answer = await side.command(ADA, "break-glass")

        assert "Only people whom the policy names" in answer.json["text"]
