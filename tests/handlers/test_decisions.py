"""Buttons on the card: who may press them, what they do, and what the late ones hear."""

from __future__ import annotations

import asyncio
from copy import deepcopy
from typing import TYPE_CHECKING

import pytest

from bot.domain.key_request import State
from tests.support.people import TEAM
from tests.support.slack_side import ADA, ALAN, APPROVALS, GRACE, MALLORY, SlackSide, chosen, has_button

if TYPE_CHECKING:
    from pathlib import Path

    from redis.asyncio import Redis

    from bot.domain.key_request import KeyRequest
    from sandbox.slack.records import Message

TWO_NEEDED = """\
company.domains = ["acme.test"]
approval.channel = "C0APPROVALS"
approval.approvers.users = ["U0GRACE", "U0ALAN", "U0ADA"]
environments.dev.lifetimes = ["7d"]
environments.dev.approvals = 2
[[projects]]
id = "acme-ml-dev"
environments = ["dev"]
"""
PATTERN = TWO_NEEDED.replace("environments.dev.approvals = 2\n", "").replace("acme-ml-dev", "acme-*-dev")


@pytest.fixture
async def asked(side: SlackSide) -> tuple[KeyRequest, Message]:
    """Ada's request and its card."""
    request = await side.ask()
    return request, await side.card(request.id)


async def state(side: SlackSide, request: KeyRequest) -> State:
    return (await side.service.requests.get(TEAM, request.id)).state


async def test_a_click_approves(side: SlackSide, asked: tuple[KeyRequest, Message]) -> None:
    """The ack means that it is written; buttons vanish, and the requester sees the work begin."""
    request, card = asked

    answer = await side.press(GRACE, "approve_request", card)

    assert (answer.status, answer.body) == (200, "")
    assert await state(side, request) is State.APPROVED
    await side.until(lambda: not has_button(card, "approve_request"))
    assert "Approved by <@U0GRACE>" in str(card.blocks)
    await side.message(side.direct(ADA), lambda m: "is approved" in m.text)


async def test_a_no_has_a_reason(side: SlackSide, asked: tuple[KeyRequest, Message]) -> None:
    """Deny asks why, and the requester reads it; the card keeps it."""
    request, card = asked
    await side.press(GRACE, "deny_request", card)
    view = side.view(GRACE)
    assert view is not None
    assert request.id in view["title"]["text"]

    note = {"type": "plain_text_input", "value": "Which <tool> is it for?"}
    answer = await side.submit(GRACE, {"reason": chosen("detail"), "note": note})

    assert (answer.status, answer.body) == (200, "")
    denied = await side.service.requests.get(TEAM, request.id)
    assert denied.state is State.DENIED
    assert denied.closed is not None
    assert denied.closed.reason == "Needs more detail: Which <tool> is it for?"
    told = await side.message(side.direct(ADA), lambda m: "denied" in m.text)
    assert "Which &lt;tool&gt; is it for?" in str(told.blocks)
    await side.until(lambda: "Which &lt;tool&gt;" in str(card.blocks))
    assert not has_button(card, "approve_request")


async def test_a_no_without_words_is_a_no(side: SlackSide, asked: tuple[KeyRequest, Message]) -> None:
    """The note is optional; a reason that is not offered becomes "another reason"."""
    request, card = asked
    await side.press(GRACE, "deny_request", card)

    await side.submit(GRACE, {"reason": chosen("no such reason")})

    closed = (await side.service.requests.get(TEAM, request.id)).closed
    assert closed is not None
    assert closed.reason == "Another reason"


@pytest.mark.parametrize("button", ["approve_request", "deny_request"])
@pytest.mark.parametrize(
    ("user", "said"),
    [(MALLORY, "Guests can't use Gemini keys"), (ADA, "Only Gemini key approvers can decide this")],
)
async def test_who_may_not_decide_is_told_alone(
    side: SlackSide, asked: tuple[KeyRequest, Message], button: str, user: str, said: str
) -> None:
    """A click without authority changes and opens nothing, and is answered so that nobody else sees it."""
    request, card = asked

    answer = await side.press(user, button, card)

    assert answer.status == 200
    assert await state(side, request) is State.PENDING
    assert side.view(user) is None
    assert len(side.whispers(user)) == 1
    assert said in side.whispers(user)[0]
    assert has_button(card, button)


async def test_nobody_approves_his_own(side: SlackSide) -> None:
    """An approver's own request waits for another approver."""
    request = await side.ask(GRACE)
    card = await side.card(request.id)

    await side.press(GRACE, "approve_request", card)
    assert side.whispers(GRACE) == ["You can't decide your own request."]
    assert await state(side, request) is State.PENDING

    await side.press(ALAN, "approve_request", card)
    assert await state(side, request) is State.APPROVED


async def test_a_late_click_hears_who_decided(side: SlackSide, asked: tuple[KeyRequest, Message]) -> None:
    """A click on a card that was still showing buttons is told the decision, and changes nothing."""
    request, card = asked
    stale = deepcopy(card)
    await side.press(ALAN, "deny_request", card)
    await side.submit(ALAN, {"reason": chosen("policy")})

    answer = await side.press(GRACE, "approve_request", stale)

    assert answer.status == 200
    assert side.whispers(GRACE) == [f"Alan Turing has already denied {request.id}."]
    assert await state(side, request) is State.DENIED


async def test_a_form_for_a_no_that_comes_too_late_says_so_in_the_form(
    side: SlackSide, asked: tuple[KeyRequest, Message]
) -> None:
    """Somebody approved while the reason was being written: the writer reads that where he writes."""
    request, card = asked
    await side.press(GRACE, "deny_request", card)
    await side.press(ALAN, "approve_request", card)

    answer = await side.submit(GRACE, {"reason": chosen("policy")})

    assert answer.json["response_action"] == "errors"
    assert f"Alan Turing has already approved {request.id}." in answer.json["errors"].values()
    assert await state(side, request) is State.APPROVED


async def test_two_clicks_at_once_are_one_decision(
    side: SlackSide, asked: tuple[KeyRequest, Message]
) -> None:
    """One approval counts, and the other approver hears whose."""
    request, card = asked

    answers = await asyncio.gather(*(side.press(u, "approve_request", card) for u in (GRACE, ALAN)))

    assert [answer.status for answer in answers] == [200, 200]
    decided = await side.service.requests.get(TEAM, request.id)
    winner = decided.approved_by
    assert winner is not None
    loser = ALAN if winner.user_id == GRACE else GRACE
    assert len(decided.approvals) == 1
    assert side.whispers(loser) == [f"{winner.name} has already approved {request.id}."]
    assert side.whispers(winner.user_id) == []


async def test_a_button_with_a_forged_value_leads_nowhere(
    side: SlackSide, asked: tuple[KeyRequest, Message]
) -> None:
    """The value of a click is looked up and believed in nothing."""
    _, card = asked
    for value in ("GK-2222", "", "../../x", "gk:{T0ACME}:due", "x" * 2_000):
        answer = await side.press(GRACE, "approve_request", card, value=value)
        assert answer.status == 200

    assert all(said.startswith("I don't know") for said in side.whispers(GRACE))
    assert len(side.whispers(GRACE)) >= 1
    assert await state(side, asked[0]) is State.PENDING


async def test_another_workspaces_click_is_refused(
    side: SlackSide, asked: tuple[KeyRequest, Message]
) -> None:
    """In a shared channel a stranger presses our button with our approver's id: nothing but a sentence."""
    request, card = asked

    for changes in (
        {"team": {"id": "T0OTHER", "domain": "other"}},
        {"user": {"id": GRACE, "team_id": "T0OTHER", "name": "grace"}},
    ):
        answer = await side.press(GRACE, "approve_request", card, **changes)
        assert (answer.status, answer.body) == (200, "")

    assert await state(side, request) is State.PENDING
    assert set(side.whispers(GRACE)) == {"Only members of this workspace can use Gemini keys."}


async def test_two_of_three_must_agree(redis_url: str, tmp_path: Path) -> None:
    """The card counts two approvals, the same person does not count twice, the second completes."""
    (tmp_path / "policy.toml").write_text(TWO_NEEDED)
    async with SlackSide(redis_url, tmp_path / "policy.toml") as side:
        request = await side.ask()
        card = await side.card(request.id)
        assert "0 of 2 approvals" in str(card.blocks)

        await side.press(GRACE, "approve_request", card)
        await side.until(lambda: "1 of 2 approvals" in str(card.blocks))
        await side.press(GRACE, "approve_request", card)
        assert side.whispers(GRACE) == [
            f"You have already approved {request.id}. It still needs somebody else."
        ]
        await side.press(ADA, "approve_request", card)
        assert await state(side, request) is State.PENDING

        await side.press(ALAN, "approve_request", card)
        assert await state(side, request) is State.APPROVED


async def test_withdraw_from_the_message(side: SlackSide, asked: tuple[KeyRequest, Message]) -> None:
    """The requester's own message takes the request back; approvers see it at once."""
    request, card = asked
    waiting = await side.message(side.direct(ADA), lambda m: has_button(m, "withdraw_request"))

    await side.press(ADA, "withdraw_request", waiting)

    assert await state(side, request) is State.WITHDRAWN
    await side.until(lambda: "Withdrawn by <@U0ADA>" in str(card.blocks))
    await side.until(lambda: not has_button(waiting, "withdraw_request"))
    assert not [m for m in side.messages(APPROVALS) if m is not card], "one request is one card"


async def test_withdrawing_twice_says_so(side: SlackSide, asked: tuple[KeyRequest, Message]) -> None:
    """A second press on the same button is answered in words."""
    request, _ = asked
    waiting = await side.message(side.direct(ADA), lambda m: has_button(m, "withdraw_request"))
    await asyncio.gather(*(side.press(ADA, "withdraw_request", waiting) for _ in range(2)))

    assert await state(side, request) is State.WITHDRAWN
    assert side.whispers(ADA) == [f"Ada Lovelace has withdrawn {request.id}."]


async def test_what_the_policy_lists_no_more_is_approved_by_nobody(
    redis_url: str, redis: Redis, tmp_path: Path
) -> None:
    """Its own approvers went with the entry, so others decide nothing in their place but a no."""
    policy = tmp_path / "policy.toml"
    policy.write_text(PATTERN)
    async with SlackSide(redis_url, policy) as side:
        side.service.policies.see(["acme-ml-dev"])
        request = await side.ask()
        card = await side.card(request.id)
        side.service.policies.see(())

        await side.press(GRACE, "approve_request", card)
        told = str(side.slack.team.traffic.after(0))
        assert "dev keys in acme-ml-dev are not given any more" in told
        assert await state(side, request) is State.PENDING

        await side.press(GRACE, "deny_request", card)
        await side.submit(GRACE, {"reason": chosen("detail")})
        assert await state(side, request) is State.DENIED
