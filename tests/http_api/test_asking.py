"""Ask through the API: the same rules as the form, in a person's name, once a key."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.via import Via
from tests.support.people import PURPOSE, TEAM
from tests.support.portal import WEEK
from tests.support.slack_side import ADA, ALAN, GRACE, MALLORY

if TYPE_CHECKING:
    from tests.http_api.conftest import House


async def test_a_request_by_api_is_a_request_like_any_other(house: House) -> None:
    """It stands under the person's name, with a card for the approvers that says what asked."""
    portal = await house.portal()

    said = await portal.ask(ADA)

    assert (said.status, said.json["state"], said.json["person"]["id"]) == (201, "pending", ADA)
    (mine,) = await house.side.service.requests.mine(TEAM, ADA)
    assert (mine.id, mine.via, mine.purpose) == (said.json["id"], Via(token="portal"), PURPOSE)
    card = await house.side.card(mine.id)
    assert "with the token `portal`" in str(card.blocks)
    (step,) = said.json["timeline"]
    assert (step["what"], step["by"], step["via"]) == ("request", ADA, "api:portal")


async def test_the_person_hears_of_it_and_may_withdraw(house: House) -> None:
    """Nobody asks in somebody's name behind his back."""
    portal = await house.portal()
    asked = (await portal.ask(ADA)).json["id"]

    direct = await house.side.message(house.side.direct(ADA), lambda m: asked in m.text)
    assert "with the token `portal`" in str(direct.blocks)
    await house.side.press(ADA, "withdraw_request", direct)

    shown = await portal.get(f"/requests/{asked}", "/requests/{request_id}")
    assert (shown.json["state"], shown.json["closed"]["by"]["id"]) == ("withdrawn", ADA)


async def test_whoever_is_asked_for_does_not_decide(house: House) -> None:
    """The approver in whose name a token asks is the requester, and presses Approve in vain."""
    portal = await house.portal()
    asked = (await portal.ask(GRACE)).json["id"]
    card = await house.side.card(asked)

    await house.side.press(GRACE, "approve_request", card)
    assert (await house.side.service.requests.get(TEAM, asked)).state == "pending"
    assert "your own request" in house.side.whispers(GRACE)[-1]

    await house.side.press(ALAN, "approve_request", card)
    assert (await house.side.service.requests.get(TEAM, asked)).approvals[0].by.user_id == ALAN


async def test_one_idempotency_key_is_one_request(house: House) -> None:
    """Sent again, and at the same moment, it is the same request; with other words it is refused."""
    portal = await house.portal()

    first, second = await asyncio.gather(portal.ask(ADA, key="form-4711"), portal.ask(ADA, key="form-4711"))
    assert first.json["id"] == second.json["id"]
    again = await portal.ask(ADA, key="form-4711")
    assert (again.status, again.json["id"]) == (201, first.json["id"])

    other = await portal.ask(ADA, key="form-4711", project="acme-vision")
    assert (other.status, other.problem) == (409, "conflict")
    assert len(await house.side.service.requests.mine(TEAM, ADA)) == 1


@pytest.mark.parametrize(
    "changes",
    [{"person": ALAN}, {"lifetime_seconds": WEEK - 86_400}, {"restriction": ["198.51.100.0/24"]}],
    ids=["person", "lifetime", "restriction"],
)
async def test_one_idempotency_key_answers_no_other_wish(house: House, changes: dict[str, Any]) -> None:
    """Another person, or any other word of what is asked, is told that the key is used."""
    portal = await house.portal()
    first = await portal.ask(ADA, key="form-4711")

    other = await portal.ask(**{"person": ADA, **changes}, key="form-4711")

    assert (first.status, other.status, other.problem) == (201, 409, "conflict")
    assert "timeline" not in other.json
    assert (await portal.ask(ADA, key="form-4711")).json["id"] == first.json["id"]


async def test_another_token_has_idempotency_keys_of_its_own(house: House) -> None:
    """What one caller numbered says nothing to another."""
    portal, script = await house.portal(), await house.portal(name="script")
    first = await portal.ask(ADA, key="form-4711")

    other = await script.ask(ALAN, key="form-4711")

    assert other.json["id"] != first.json["id"]


async def test_without_an_idempotency_key_nothing_is_asked(house: House) -> None:
    """A caller whose answer was lost must be able to ask again without asking twice."""
    portal = await house.portal()

    said = await portal.ask(ADA, key="short")

    assert (said.status, said.problem) == (400, "idempotency-key")
    assert await house.side.service.requests.mine(TEAM, ADA) == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"project": "acme-unheard-of"}, "/project"),
        ({"environment": "prod"}, "/environment"),
        ({"purpose": "too short"}, "/purpose"),
        ({"lifetime_seconds": 3600}, "/lifetime_seconds"),
        ({"kind": "vertex"}, "/kind"),
        ({"restriction": ["0.0.0.0/0"]}, "/restriction"),
        ({"person": "ada@acme.test"}, "/person"),
        ({"approve": True}, "/approve"),
        ({"state": "approved"}, "/state"),
        ({"lifetime_seconds": "7"}, "/lifetime_seconds"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else value,
)
async def test_the_forms_rules_hold(house: House, changes: dict[str, Any], pointer: str) -> None:
    """Each field that the form would refuse is refused by its name, and nothing is kept."""
    portal = await house.portal()

    said = await portal.ask(**{"person": ADA, **changes})

    assert (said.status, said.problem) == (422, "invalid")
    assert [error["pointer"] for error in said.json["errors"]] == [pointer]
    assert await house.side.service.requests.mine(TEAM, ADA) == []


@pytest.mark.parametrize("person", [MALLORY, "U0NOBODY"])
async def test_nobody_asks_for_who_could_not_ask(house: House, person: str) -> None:
    """A guest, or somebody who is not there, gets no key this way either."""
    portal = await house.portal()

    said = await portal.ask(person)

    assert (said.status, said.problem) == (403, "refused")


async def test_a_second_request_for_the_project_waits_for_the_first(house: House) -> None:
    """As with the form, one undecided request for a project is enough."""
    portal = await house.portal()
    first = await portal.ask(ADA)

    second = await portal.ask(ADA)

    assert (second.status, second.json["errors"][0]["pointer"]) == (422, "/project")
    assert first.json["id"] in second.json["errors"][0]["detail"]


async def test_a_key_in_the_purpose_is_neither_kept_nor_answered(house: House) -> None:
    """What looks like a credential leaves the text before anything is written."""
    pasted = "AI" + "za" + "Sy7hQ2b9XkLm3Nw8Rt5Vz1Yc6Pd4Gf0Js-Aa"
    portal = await house.portal()

    said = await portal.ask(ADA, purpose=f"summarise tickets with {pasted}", key="form-4711")
    again = await portal.ask(ADA, purpose=f"summarise tickets with {pasted}", key="form-4711")

    assert "summarise tickets with AIza…" in said.json["purpose"]
    assert pasted not in str(said.json)
    assert again.json["id"] == said.json["id"]


async def test_nobody_of_another_workspace_is_asked_for(house: House) -> None:
    """A shared channel shows strangers to `users.info` too: nothing is written, here or in theirs."""
    at_home_elsewhere = {"team_id": "T0OTHER"}
    house.side.twisted.changes["users.info"] = lambda told: {
        **told,
        "user": {**told["user"], **at_home_elsewhere},
    }

    said = await (await house.portal()).ask(ADA)

    assert (said.status, said.problem) == (403, "refused")
    assert "Only members of this workspace" in said.json["detail"]
    requests = house.side.service.requests
    assert await requests.mine(TEAM, ADA) == await requests.mine("T0OTHER", ADA) == []
    assert await requests.workspaces() == {TEAM}
