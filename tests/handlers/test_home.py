"""The Home tab: what is mine, what waits for me, and that it follows."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain import granting
from bot.domain.audit import Event
from bot.domain.decision import Decision
from bot.domain.key_request import State
from bot.domain.listing import PAGE
from bot.provisioning.plan import STEP_NAMES
from sandbox.slack.delivery import payloads
from tests.support.people import TEAM, active
from tests.support.slack_side import ADA, ALAN, GRACE, MALLORY, PURPOSE

if TYPE_CHECKING:
    from tests.support.slack_side import Answer, SlackSide


async def opened(side: SlackSide, user: str, **changes: Any) -> Answer:
    """Look at Home."""
    event = {"type": "app_home_opened", "user": user, "channel": side.direct(user), "tab": "home"} | changes
    return await side.deliver("event", payloads.event_callback(side.slack.team, event))


def home(side: SlackSide, user: str) -> str:
    """Read a Home tab."""
    view = side.slack.team.views.homes.get(user)
    return json.dumps(view.blocks, ensure_ascii=False) if view else ""


async def test_an_empty_home_offers_the_form(side: SlackSide) -> None:
    """Whoever has nothing yet sees that, and a button that opens the form."""
    assert (await opened(side, ADA)).status == 200
    assert "You have no live key." in home(side, ADA)

    await side.press(ADA, "request_key", None)

    view = side.view(ADA)
    assert view is not None
    assert view["callback_id"] == "request_key"


async def test_what_waits_is_on_the_approvers_home_and_not_on_others(side: SlackSide) -> None:
    """An approver sees what waits with its purpose and buttons; the requester and a guest do not."""
    request = await side.ask()
    for user in (ADA, GRACE, MALLORY):
        await opened(side, user)

    assert "1 request waits for you" in home(side, GRACE)
    assert PURPOSE in home(side, GRACE)
    assert "approve_request" in home(side, GRACE)
    assert request.id in home(side, ADA)
    for user in (ADA, MALLORY):
        assert "waits for you" not in home(side, user)
        assert "approve_request" not in home(side, user)
    assert request.id not in home(side, MALLORY)


async def test_ones_own_request_does_not_wait_for_oneself(side: SlackSide) -> None:
    """An approver's own request stands under his requests, without the two buttons."""
    request = await side.ask(GRACE)
    await opened(side, GRACE)

    assert request.id in home(side, GRACE)
    assert "approve_request" not in home(side, GRACE)


async def test_home_decides_like_the_card(side: SlackSide) -> None:
    """A click on Home is the same click, also when the card was deleted."""
    request = await side.ask()
    await opened(side, GRACE)

    await side.press(GRACE, "approve_request", None)

    assert (await side.service.requests.get(TEAM, request.id)).state is State.APPROVED
    await side.until(lambda: "waits for you" not in home(side, GRACE))


async def test_a_refusal_on_home_comes_as_a_message(side: SlackSide) -> None:
    """Home has no place for a whisper, so a refusal is said in the conversation with the bot."""
    request = await side.ask()
    await opened(side, GRACE)
    await side.command(ADA, f"withdraw {request.id}")

    await side.press(GRACE, "approve_request", None, value=request.id)

    said = f"Ada Lovelace has withdrawn {request.id}."
    assert await side.message(side.direct(GRACE), lambda m: m.text == said)


async def test_homes_of_those_who_look_follow(side: SlackSide) -> None:
    """Who looked lately sees a change without asking; who looked days ago is not written to."""
    await opened(side, ADA)
    await opened(side, GRACE)
    request = await side.ask()
    await side.until(lambda: request.id in home(side, ADA) and request.id in home(side, GRACE))

    side.clock.forward(days=2)
    before = home(side, GRACE)
    card = await side.card(request.id)
    await side.command(ADA, f"withdraw {request.id}")
    await side.until(lambda: "Withdrawn" in str(card.blocks))

    assert home(side, GRACE) == before


async def test_refresh_shows_it_as_it_is_now(side: SlackSide) -> None:
    """The button brings what has happened since."""
    await opened(side, ADA)
    side.clock.forward(days=2)
    request = await side.ask()
    assert request.id not in home(side, ADA)

    assert (await side.press(ADA, "refresh_home", None)).status == 200

    assert request.id in home(side, ADA)


async def test_withdraw_on_home(side: SlackSide) -> None:
    """What waits for others can be taken back where it is listed."""
    request = await side.ask()
    await opened(side, ADA)

    await side.press(ADA, "withdraw_request", None)

    assert (await side.service.requests.get(TEAM, request.id)).state is State.WITHDRAWN


@pytest.mark.parametrize("tab", ["messages", "about"])
async def test_only_the_home_tab_is_home(side: SlackSide, tab: str) -> None:
    """Looking at the app's messages publishes nothing."""
    assert (await opened(side, ADA, tab=tab)).status == 200

    assert home(side, ADA) == ""


async def test_fifty_requests_still_fit(side: SlackSide) -> None:
    """Home stays within Slack's hundred blocks however much there is."""
    request = await side.ask()
    for number in range(49):
        ids = f"GK-{number // 30 + 2}{'23456789ABCDEFGHJKMNPQRSTVWXYZ'[number % 30]}22"
        other = replace(request, id=ids, requested_at=request.requested_at)
        await side.service.requests.add(other, Event(at=side.clock(), by=ADA, verb="request"), once="")

    assert (await opened(side, ADA)).status == 200
    assert (await opened(side, GRACE)).status == 200

    assert "waits for you" in home(side, GRACE) or "wait for you" in home(side, GRACE)
    assert home(side, ADA)


async def test_only_what_is_left_to_decide_waits(side: SlackSide) -> None:
    """One's own requests take no place of others', and what one has approved waits for somebody else."""
    own = await side.ask(GRACE)
    waiting = await side.ask(project="acme-vision")
    for number in range(PAGE):
        ids = f"GK-{'23456789ABCDEFGHJKMNPQRSTVWXYZ'[number]}333"
        older = replace(own, id=ids, requested_at=own.requested_at - timedelta(hours=1))
        await side.service.requests.add(older, Event(at=side.clock(), by=GRACE, verb="request"), once="")
    approved = replace(
        waiting,
        id="GK-4444",
        approvals_needed=2,
        approvals=(Decision(by=replace(own.requester), at=side.clock()),),
    )
    await side.service.requests.add(approved, Event(at=side.clock(), by=ADA, verb="request"), once="")

    await opened(side, GRACE)
    await opened(side, ALAN)

    assert "1 request waits for you" in home(side, GRACE)
    assert "approve_request" in home(side, GRACE)
    assert f"decide:{waiting.id}" in home(side, GRACE)
    assert "13 requests wait for you" in home(side, ALAN)
    assert "home_more" in home(side, ALAN)


async def test_a_tick_of_the_work_is_no_news_for_home(side: SlackSide) -> None:
    """Home is published when a request comes into another state, and not at each step of the way."""
    request = await side.ask()
    card = await side.card(request.id)
    await opened(side, ADA)
    await side.press(GRACE, "approve_request", card)
    await side.until(lambda: "being made" in home(side, ADA))
    event = Event(at=side.clock(), by="bot", verb="test")
    await side.service.requests.edit(
        TEAM, request.id, partial(granting.take_up, until=side.clock() + timedelta(days=1)), event
    )
    before = publications(side)
    for step in STEP_NAMES[:4]:
        await side.service.requests.edit(TEAM, request.id, partial(granting.tick, step=step), event)
        await asyncio.sleep(0.7)
    await side.message(side.direct(ADA), lambda m: "Gemini API is on" in str(m.blocks))

    assert publications(side) - before <= 1


def publications(side: SlackSide) -> int:
    return sum("views.publish" in entry["title"] for entry in side.slack.team.traffic.after(0))


async def test_a_home_that_fails_spoils_nothing(side: SlackSide) -> None:
    """When Slack refuses a Home, cards and messages go on, and nothing is left to be done."""
    await opened(side, ADA)
    side.slack.team.faults.set({"fail": {"views.publish": {"status": 400, "times": 99}}})

    request = await side.ask()
    await side.card(request.id)
    await side.command(ADA, f"withdraw {request.id}")

    assert await side.message(side.direct(ADA), lambda m: f"You withdrew *{request.id}*" in m.text)


async def test_a_long_home_is_turned_page_by_page(side: SlackSide) -> None:
    """Each list has its own pages of ten; the others stay at their start, and the way back is there."""
    for number in range(12):
        made = side.clock() - timedelta(minutes=number)
        request = active(id=f"GK-{2222 + number}", expires_at=made + timedelta(days=30))
        await side.service.requests.add(request, Event(at=made, by=ADA, verb="request"), once="")
    asked = await side.ask(project="acme-vision")
    await opened(side, ADA)
    assert "Your keys (12)" in home(side, ADA)
    assert "GK-2233" in home(side, ADA), "it ends first"
    assert "key:GK-2222" not in home(side, ADA)

    await side.press(ADA, "home_more", None)

    assert "key:GK-2222" in home(side, ADA)
    assert "GK-2233" not in home(side, ADA)
    assert asked.id in home(side, ADA)

    await side.press(ADA, "home_more_first", None)
    assert "GK-2233" in home(side, ADA)


async def test_approvers_find_from_home(side: SlackSide) -> None:
    """The form finds a person's requests or one of them; whoever decides nothing is not offered it."""
    request = await side.ask()
    for user in (ADA, GRACE):
        await opened(side, user)
    assert '"find"' not in home(side, ADA)

    await side.press(GRACE, "find", None)
    found = await side.submit(GRACE, {"person": {"type": "users_select", "selected_user": ADA}})
    assert request.id in str(found.json["view"])

    await side.press(GRACE, "find", None)
    found = await side.submit(GRACE, {"what": {"type": "plain_text_input", "value": request.id}})
    assert PURPOSE in str(found.json["view"])

    await side.press(GRACE, "find", None)
    refused = await side.submit(GRACE, {"what": {"type": "plain_text_input", "value": "nonsense!"}})
    assert "Name a request" in refused.json["errors"]["what"]


async def test_the_form_that_finds_is_for_approvers(side: SlackSide) -> None:
    """A press that Slack was never shown a button for finds nothing."""
    await side.ask()
    await opened(side, ADA)
    await opened(side, GRACE)

    assert (await side.press(GRACE, "find", None)).status == 200
    payload = side.submission(GRACE, {"person": {"type": "users_select", "selected_user": ALAN}})
    payload["user"]["id"] = ADA
    answer = await side.deliver("view_submission", payload)

    assert "Only Gemini key approvers and admins" in answer.body
