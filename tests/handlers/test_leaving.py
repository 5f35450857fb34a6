"""Slack tells who leaves, and who is left to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.slack.delivery import payloads
from tests.support.people import TEAM
from tests.support.slack_side import ADA, GRACE

if TYPE_CHECKING:
    from tests.support.slack_side import Answer, SlackSide


async def happened(side: SlackSide, event: dict[str, Any]) -> Answer:
    return await side.deliver("event", payloads.event_callback(side.slack.team, event))


async def test_a_new_profile_counts_at_once(side: SlackSide) -> None:
    """Who was made a guest a moment ago decides nothing, though his profile was read a moment before."""
    request = await side.ask()
    card = await side.card(request.id)
    await side.command(GRACE, "admin pending")
    side.slack.change_user(GRACE, is_restricted=True)
    account = side.slack.team.workspace.accounts[GRACE].as_slack(with_email=True, with_locale=True)

    assert (await happened(side, {"type": "user_change", "user": account})).status == 200
    await side.press(GRACE, "approve_request", card)

    assert (await side.service.requests.get(TEAM, request.id)).state.value == "pending"


async def test_an_empty_group_is_told_once_and_taken_back(side: SlackSide) -> None:
    """The channel hears that nobody is left, once, and that somebody is there again."""
    members = {"type": "subteam_members_changed", "subteam_id": "S0APPROVERS", "team_id": TEAM}
    approvers = ("U0GRACE", "U0ALAN", "U0RADIA")
    for user in approvers:
        side.slack.change_user(user, deleted=True)
    for _ in range(2):
        assert (await happened(side, members)).status == 200
    told = await side.message("C0APPROVALS", lambda m: "Nobody is left" in m.text)
    assert (await side.service.offices.get(TEAM)).vacancies == 1

    for user in approvers:
        side.slack.change_user(user, deleted=False)
    side.clock.forward(minutes=6)
    await happened(side, members)

    await side.until(lambda: "somebody again" in told.text)


async def test_an_event_in_an_outage_comes_again(side: SlackSide) -> None:
    """What could not be written is not acked, so that Slack repeats it."""
    side.slack.team.faults.set({"fail": {"usergroups.users.list": {"status": 500, "times": 99}}})
    members = {"type": "subteam_members_changed", "subteam_id": "S0APPROVERS", "team_id": TEAM}

    assert (await happened(side, members)).status == 503


async def test_only_admins_see_people_off(side: SlackSide) -> None:
    """A requester cannot; and without a mention nobody is meant."""
    request = await side.ask()

    assert "Only Gemini key admins" in (await side.command(ADA, "admin offboard <@U0GRACE>")).json["text"]
    assert "Name who leaves" in (await side.command(GRACE, "admin offboard ada")).json["text"]
    refused = await side.command(GRACE, "admin offboard <@U0ADA> to <@U0MALLORY>")
    assert "Guests" in refused.json["text"]
    said = (await side.command(GRACE, "admin offboard <@U0ADA|ada>")).json["text"]
    assert f"Requests closed: {request.id}" in said
    assert "nothing to do" in (await side.command(GRACE, "admin offboard <@U0ADA>")).json["text"]


@pytest.mark.parametrize("typed", ["<@U0ADA> to grace", "<@U0ADA> to", "<@U0ADA> grace", "ada to <@U0GRACE>"])
async def test_a_name_typed_by_hand_sees_nobody_off(side: SlackSide, typed: str) -> None:
    """Whoever meant to hand keys over must not lose them to a name that Slack did not recognise."""
    request = await side.ask()

    assert "Name who leaves" in (await side.command(GRACE, f"admin offboard {typed}")).json["text"]

    assert (await side.service.requests.get(TEAM, request.id)).state.value == "pending"
