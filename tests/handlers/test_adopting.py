"""Keys that others made, in Slack: who may claim one, give it to whom, and what the others are told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.key_request import State
from bot.domain.survey import FoundKey, Survey
from bot.store import keys
from tests.handlers.conftest import POLICY
from tests.support.leaks import leaks
from tests.support.slack_side import (
    ADA,
    ALAN,
    APPROVALS,
    GENERAL,
    GRACE,
    MALLORY,
    PURPOSE,
    Answer,
    SlackSide,
    chosen,
    has_button,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from redis.asyncio import Redis

    from bot.domain.key_request import KeyRequest
    from sandbox.slack.records import Message

TEAM, DEV, PROD = "T0ACME", "acme-ml-dev", "acme-ml-prod"
OLD, OURS = "11111111-old", "gk-7f3k-r1"


@pytest.fixture
async def listed(redis_url: str, redis: Redis, tmp_path: Path) -> AsyncIterator[SlackSide]:
    """Two projects whose keys were listed a moment ago; production takes two approvals."""
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY.read_text().replace("[environments.prod]", "[environments.prod]\napprovals = 2"))
    async with SlackSide(redis_url, policy) as side:
        for project_id in (DEV, PROD):
            await side.service.surveys.put(TEAM, survey(side, project_id))
        yield side
    assert await leaks(redis) == []


def survey(side: SlackSide, project_id: str) -> Survey:
    """An old key with Ada's address on it, and one of ours."""
    old = FoundKey(
        key_id=OLD,
        uid="uid-old",
        display_name="summaries of ada@acme.test",
        created_at=side.clock.now,
        calls=7,
        other_calls=3,
    )
    ours = replace(old, key_id=OURS, request_id="GK-7F3K", display_name="ours")
    return Survey(project_id=project_id, at=side.clock.now, keys=(old, ours))


async def claim(
    side: SlackSide, who: str, owner: str = "", project: str = DEV, environment: str = "dev"
) -> Answer:
    """Open the form by command, fill it in and send it."""
    await side.command(who, f"adopt {project} {OLD}")
    form = {
        "environment": chosen(environment),
        "purpose": {"type": "plain_text_input", "value": PURPOSE},
        "lifetime": chosen(str(30 * 86_400)),
    }
    if owner:
        form["owner"] = {"type": "users_select", "selected_user": owner}
    return await side.submit(who, form)


async def only(side: SlackSide, user: str) -> KeyRequest:
    (request,) = await side.service.requests.mine(TEAM, user)
    return request


async def the_list(side: SlackSide) -> Message:
    """Let Grace ask for the list, answer as a worker does, and give the message that she sees."""
    await side.command(GRACE, f"admin migrate {DEV}")
    (name,) = [str(key) async for key in side.service.redis.scan_iter(keys.lookup(TEAM, "*"))]
    asked = await side.service.lookups.get(TEAM, name.rpartition(":")[2])
    await side.service.lookups.put_answered(replace(asked, survey=survey(side, DEV)))
    whispered = side.slack.team.workspace.channels[GENERAL].messages
    found: Message = await side.until(
        lambda: next((m for m in whispered if has_button(m, "claim_key")), None)
    )
    return found


async def test_an_approver_who_gives_a_key_to_somebody_has_said_yes(listed: SlackSide) -> None:
    """The audit has the claim and the yes, each by her hand; Ada is the owner."""
    await claim(listed, GRACE, ADA)

    request = await only(listed, ADA)
    assert (request.state, request.rotation) == (State.APPROVED, 0)
    assert request.adopted is not None
    assert (request.adopted.key_id, request.adopted.replaced) == (OLD, False)
    assert [approval.by.user_id for approval in request.approvals] == [GRACE]


async def test_nobody_decides_about_a_key_of_his_own(listed: SlackSide) -> None:
    """An approver who claims a key for herself waits for another one."""
    await claim(listed, GRACE, GRACE)

    request = await only(listed, GRACE)
    assert (request.state, request.approvals) == (State.PENDING, ())
    card = await listed.card(request.id)
    assert "Existing key" in str(card.blocks)
    await listed.press(GRACE, "approve_request", card)
    assert (await only(listed, GRACE)).state is State.PENDING
    await listed.press(ALAN, "approve_request", card)
    assert (await only(listed, GRACE)).state is State.APPROVED


async def test_production_takes_as_many_as_a_new_key_does(listed: SlackSide) -> None:
    """The claim counts as one yes of the two."""
    await claim(listed, GRACE, ADA, PROD, "prod")

    request = await only(listed, ADA)
    assert (request.state, len(request.approvals), request.approvals_needed) == (State.PENDING, 1, 2)


async def test_only_who_decides_there_gives_a_key_to_somebody_else(listed: SlackSide) -> None:
    """Ada is not asked whose it is; a form that says so all the same is refused, and so is a guest."""
    answer = await claim(listed, ADA, ALAN)
    assert not await listed.service.requests.mine(TEAM, ALAN)
    assert not await listed.service.requests.mine(TEAM, ADA)
    assert "approvers can give" in answer.body

    listed.slack.team.views.clear(ADA)
    await claim(listed, ADA)
    assert (await only(listed, ADA)).state is State.PENDING

    await listed.command(MALLORY, f"adopt {DEV} {OLD}")
    assert listed.view(MALLORY) is None


async def test_a_form_that_comes_twice_is_one_claim(listed: SlackSide) -> None:
    """The second delivery gets the same answer, and nobody has said yes twice."""
    await listed.command(GRACE, f"adopt {DEV} {OLD}")
    payload = listed.submission(
        GRACE,
        {
            "environment": chosen("dev"),
            "purpose": {"type": "plain_text_input", "value": PURPOSE},
            "lifetime": chosen(str(30 * 86_400)),
            "owner": {"type": "users_select", "selected_user": ADA},
        },
    )
    # Slack signs a second delivery anew; the guard tells the same bytes in one second from it.
    sent = [await listed.deliver("view_submission", {**payload, "again": n}) for n in range(2)]

    assert [answer.json["response_action"] for answer in sent] == ["update", "update"]
    assert len((await only(listed, ADA)).approvals) == 1


async def test_what_is_ours_or_not_listed_cant_be_claimed(listed: SlackSide) -> None:
    """Each with a sentence; a key that is claimed already says by which request."""
    for named, said in ((OURS, "GK-7F3K already"), ("no-such-key", "list of keys is too old")):
        answer = await listed.command(GRACE, f"adopt {DEV} {named}")
        assert said in answer.body
        assert listed.view(GRACE) is None

    await claim(listed, ADA)
    first = await only(listed, ADA)
    answer = await claim(listed, GRACE, ALAN)
    assert f"claimed already: {first.id}" in answer.body


async def test_the_buttons_say_what_a_press_would_break(listed: SlackSide) -> None:
    """Restrict and Delete warn of other APIs; a stranger's press only asks, on a card."""
    shown = await the_list(listed)
    assert "Other APIs were called 3 times" in str(shown.blocks)
    assert "- any API\\n+ generativelanguage.googleapis.com" in str(shown.blocks)

    await listed.press(ADA, "delete_found_key", shown)
    card = await listed.message(APPROVALS, lambda m: "Delete the key" in str(m.blocks))
    assert has_button(card, "approve_fix")
    assert "summaries of" in str(card.blocks)
