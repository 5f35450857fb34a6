"""A workspace of an organization (Enterprise Grid): Slack names people by the organization, too."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.key_request import State
from sandbox.slack.delivery import payloads
from tests.support.slack_side import ADA, GRACE, SlackSide, filled

Json = dict[str, Any]
TEAM, SISTER, ORG = "T0ACME", "T0SISTER", "E0ACME"
REFUSED = "Only members of this workspace can use Gemini keys."


def of(user: str, team_id: str) -> Json:
    """Name a person as a payload of an organization's workspace does."""
    beside = {"enterprise_id": ORG, "enterprise_name": "Acme"}
    return {
        "user": {"id": user, "username": "somebody", "team_id": team_id},
        "enterprise": {"id": ORG, "name": "Acme"},
        "team": {"id": TEAM, "domain": "acme", **beside},
    }


def settled_in(side: SlackSide, *teams: str) -> None:
    """Let Slack say that everybody is at home in the first of these workspaces, and in the others besides."""
    of_org = {"enterprise_user": {"id": "W0X", "enterprise_id": ORG, "teams": list(teams)}}
    side.twisted.changes["users.info"] = lambda told: {
        **told,
        "user": {**told["user"], "team_id": teams[0], **of_org},
    }


@pytest.mark.parametrize("shown_as", [ORG, SISTER])
async def test_somebody_of_the_organization_asks_and_another_decides(side: SlackSide, shown_as: str) -> None:
    """Payloads name the organization, or where somebody is at home: he is a member here all the same."""
    settled_in(side, SISTER, TEAM)
    await side.command(ADA, "request", enterprise_id=ORG, enterprise_name="Acme")
    sent = await side.submit(ADA, filled(), **of(ADA, shown_as))
    assert sent.json.get("response_action") == "update", sent
    (request,) = await side.service.requests.mine(TEAM, ADA)

    await side.press(GRACE, "approve_request", await side.card(request.id), **of(GRACE, shown_as))

    decided = await side.service.requests.get(TEAM, request.id)
    assert decided.state is State.APPROVED
    assert decided.requester.team_id == TEAM


async def test_projects_are_offered_where_slack_names_the_organization(side: SlackSide) -> None:
    """Slack's `block_suggestion` reports the organization's id as the person's team."""
    body = {"type": "block_suggestion", "action_id": "project", "block_id": "project", "value": "vision"}

    answer = await side.deliver("block_suggestion", body | of(ADA, ORG))

    assert [option["value"] for option in answer.json["options"]] == ["acme-vision"]


@pytest.mark.parametrize("teams", [(SISTER,), (TEAM,)], ids=["only-elsewhere", "only-here"])
async def test_a_sister_workspace_is_another_one(side: SlackSide, teams: tuple[str, ...]) -> None:
    """Who comes from a workspace of the organization that Slack does not say he shares with us is refused."""
    request = await side.ask()
    settled_in(side, *teams)
    side.clock.forward(minutes=6)

    await side.press(GRACE, "approve_request", await side.card(request.id), **of(GRACE, SISTER))

    assert (await side.service.requests.get(TEAM, request.id)).state is State.PENDING
    assert side.whispers(GRACE) == [REFUSED]


async def test_an_event_of_the_organization_shows_home(side: SlackSide) -> None:
    """Events name the workspace and the organization beside each other."""
    event = {"type": "app_home_opened", "user": ADA, "tab": "home", "channel": side.direct(ADA)}
    body = payloads.event_callback(side.slack.team, event) | {"enterprise_id": ORG}

    assert (await side.deliver("event", body)).status == 200

    assert ADA in side.slack.team.views.homes
