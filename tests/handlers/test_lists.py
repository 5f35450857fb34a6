"""`list`, `show` and `admin`: who may look, page by page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.audit import Event
from sandbox.slack.delivery import payloads
from tests.support.people import TEAM, active, pending
from tests.support.slack_side import ADA, GRACE, MALLORY, PURPOSE

if TYPE_CHECKING:
    from tests.support.slack_side import Answer, SlackSide


async def many(side: SlackSide, number: int) -> list[str]:
    """Give Ada undecided requests, a second apart."""
    ids = [f"GK-{2222 + n}" for n in range(number)]
    for n, request_id in enumerate(ids):
        made = side.clock() - timedelta(minutes=5) + timedelta(seconds=n)
        request = replace(pending(id=request_id), requested_at=made, lapses_at=made + timedelta(hours=8))
        await side.service.requests.add(request, Event(at=made, by=ADA, verb="request"), once="")
    return ids


async def turn(side: SlackSide, user: str, answer: Answer, action_id: str = "more_requests") -> Any:
    """Press a button of an ephemeral answer, which Slack has shown nobody else; returns what replaces it."""
    element = next(
        e for b in answer.json["blocks"] for e in b.get("elements", []) if e.get("action_id") == action_id
    )
    team = side.slack.team
    channel = team.workspace.channels["C0GENERAL"]
    url = team.response_urls.issue(user, channel.id)
    where = {"container": {"type": "message", "channel_id": channel.id, "is_ephemeral": True}}
    action = {"action_id": action_id, "block_id": "pages", "type": "button", "value": element["value"]}
    payload = payloads.block_actions(team, team.workspace.person(user), where, action, response_url=url)
    assert (await side.deliver("block_actions", payload)).status == 200
    return side.whispers(user)[-1] if side.whispers(user) else ""


async def test_a_long_list_is_turned_page_by_page(side: SlackSide) -> None:
    """Twelve requests are ten and two, newest first, and the count says so at once."""
    ids = await many(side, 12)

    answer = await side.command(ADA, "list")
    assert "12 requests of <@U0ADA>" in answer.json["text"]
    assert [i for i in ids if i in answer.body] == ids[2:]

    second = await turn(side, ADA, answer)
    assert [i for i in ids if i in second] == ids[:2]


async def test_the_story_is_shown_to_its_owner(side: SlackSide) -> None:
    """Who asked and what came of it stands under the request, in the reader's own time."""
    request = await side.ask()
    await side.press(GRACE, "approve_request", await side.card(request.id))

    said = (await side.command(ADA, f"show {request.id}")).body

    assert "<@U0ADA> asked for it" in said
    assert "<@U0GRACE> approved it" in said


@pytest.mark.parametrize("typed", ["keys", "pending", "find acme-ml-dev", "find <@U0ALAN|alan>", "", "what"])
async def test_admin_words_are_for_those_who_decide(side: SlackSide, typed: str) -> None:
    """A requester and a guest learn nothing from the words of approvers and admins."""
    request = await side.ask()

    for user, why in ((ADA, "Only Gemini key approvers and admins"), (MALLORY, "Guests can't")):
        answer = await side.command(user, f"admin {typed}")
        assert answer.json["text"].startswith(why)
        assert request.id not in answer.body
    assert (await side.command(GRACE, f"admin {typed}")).status == 200


async def test_admin_pending_lists_what_waits_longest_first(side: SlackSide) -> None:
    """Approvers see everybody's undecided requests with their people."""
    first, second = await many(side, 2)

    said = (await side.command(GRACE, "admin pending")).json["text"]

    assert said.startswith("2 undecided requests, longest waiting first")
    assert said.index(first) < said.index(second)
    assert "<@U0ADA>" in said


async def test_admin_keys_lists_what_ends_next_first(side: SlackSide) -> None:
    """Live keys of the whole workspace stand in the order of their ends."""
    for number, days in ((2222, 9), (2223, 3)):
        ends = side.clock() + timedelta(days=days)
        key = active(id=f"GK-{number}", expires_at=ends)
        await side.service.requests.add(key, Event(at=side.clock(), by=ADA, verb="request"), once="")

    said = (await side.command(GRACE, "admin keys")).json["text"]

    assert said.startswith("2 live keys")
    assert said.index("GK-2223") < said.index("GK-2222")


async def test_find_takes_an_id_a_person_or_a_project(side: SlackSide) -> None:
    """Each of the three leads to the request; a name typed by hand or nonsense leads to a hint."""
    request = await side.ask()

    for typed in (request.id, request.id.lower(), "<@U0ADA>", "<@U0ADA|ada>", "acme-ml-dev"):
        assert request.id in (await side.command(GRACE, f"admin find {typed}")).body, typed
    assert PURPOSE in (await side.command(GRACE, f"admin find {request.id}")).body
    for typed in ("", "@ada", "acme-elsewhere", "<!channel>"):
        said = (await side.command(GRACE, f"admin find {typed}")).json["text"]
        assert said.startswith("Name a request"), typed
    assert "has no requests" in (await side.command(GRACE, "admin find <@U0ALAN>")).json["text"]
    assert "Nothing is open" in (await side.command(GRACE, "admin find acme-vision")).json["text"]


async def test_a_page_is_not_turned_by_others(side: SlackSide) -> None:
    """The value of a button is no ticket: who turns a page is checked anew."""
    await many(side, 12)
    answer = await side.command(GRACE, "admin pending")

    said = await turn(side, ADA, answer)

    assert said == "Only Gemini key approvers and admins can do that."


async def test_ten_on_a_page_fit_a_message(side: SlackSide) -> None:
    """A page of the longest lines stays within fifty blocks, and Slack takes it."""
    ids = await many(side, 11)
    blocks = (await side.command(GRACE, "admin pending")).json["blocks"]

    assert len(blocks) <= 50
    assert sum(request_id in json.dumps(blocks) for request_id in ids) == 10
    assert (await side.service.requests.get(TEAM, ids[0])).requester.user_id == ADA
