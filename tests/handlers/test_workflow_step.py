"""The step of a workflow: asks like the form, waits for a person's decision, and ends once, in words."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain import ending, granting
from bot.domain.audit import Event
from bot.domain.person import service
from bot.domain.via import Via
from bot.store import keys
from handlers.announcing.step_reports import SURFACE
from sandbox.slack.interactions import workflows
from tests.support.people import PURPOSE, TEAM
from tests.support.slack_side import ADA, GRACE, MALLORY, Answer, chosen

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.key_request import KeyRequest
    from sandbox.slack.functions import Execution
    from tests.support.slack_side import SlackSide

STEP = "request_gemini_key"
INPUTS = {"person": ADA, "project": "acme-ml-dev", "environment": "dev", "purpose": PURPOSE, "days": 7}


def run(side: SlackSide, **changes: Any) -> Execution:
    """Let Grace press the button of a workflow that has our step in it."""
    execution, _ = workflows.run(side.slack.team, GRACE, STEP, {**INPUTS, **changes})
    return execution


async def asked(side: SlackSide, execution: Execution) -> KeyRequest:
    """Wait until the step has become a request."""
    card = await side.message("C0APPROVALS", lambda m: "Asked by a workflow" in str(m.blocks))
    (mine,) = await side.service.requests.mine(TEAM, ADA)
    assert mine.id in card.text
    assert mine.via == Via(execution=execution.id)
    return mine


async def move(side: SlackSide, request: KeyRequest, change: Callable[[KeyRequest], KeyRequest]) -> None:
    """Do what a worker does, without Google."""
    event = Event(at=side.clock(), by="bot", verb="activate")
    await side.service.requests.edit(TEAM, request.id, change, event)


async def made(side: SlackSide, request: KeyRequest) -> None:
    """Let the key be made."""
    await move(side, request, lambda r: granting.take_up(r, side.clock()))
    await move(side, request, granting.activate)


async def test_a_step_ends_when_the_key_is_ready(side: SlackSide) -> None:
    """It waits through the decision and the making, then gives the next step an id, a state and a link."""
    execution = run(side)
    request = await asked(side, execution)
    assert (request.requester.user_id, request.lifetime) == (ADA, timedelta(days=7))

    await side.press(GRACE, "approve_request", await side.card(request.id))
    await side.message(side.direct(ADA), lambda m: "is approved" in m.text)
    assert execution.state == "running"

    await made(side, request)
    await side.until(lambda: execution.state == "completed")
    assert execution.outputs["request_id"] == request.id
    assert execution.outputs["state"] == "active"
    assert f"gemini-key-{request.id[3:].lower()}" in execution.outputs["secret_link"]


async def test_a_no_ends_the_step_with_its_reason(side: SlackSide) -> None:
    """Whoever runs the workflow reads why, and no mention in the reason rings anybody."""
    execution = run(side)
    request = await asked(side, execution)

    await side.press(GRACE, "deny_request", await side.card(request.id))
    note = {"type": "plain_text_input", "value": "Ask <!channel> in January"}
    await side.submit(GRACE, {"reason": chosen("policy"), "note": note})

    await side.until(lambda: execution.state == "failed")
    assert execution.error == f"{request.id} was denied: Against our policy: Ask &lt;!channel&gt; in January"


async def test_a_step_that_has_ended_stays_as_it_is(side: SlackSide) -> None:
    """What happens to the key later is told once more to people, and never to the workflow."""
    execution = run(side)
    request = await asked(side, execution)
    await side.press(GRACE, "approve_request", await side.card(request.id))
    await made(side, request)
    await side.until(lambda: execution.state == "completed")

    calls = len(ends(side))
    await move(side, request, lambda r: ending.start_ending(r, service(TEAM), side.clock()))
    await move(side, request, ending.end)
    await all_shown(side)

    assert execution.state == "completed"
    assert len(ends(side)) == calls == 1


async def all_shown(side: SlackSide) -> None:
    """Wait until the announcer has nothing left to do."""
    async with asyncio.timeout(5):
        while True:
            (group,) = await side.service.redis.xinfo_groups(keys.announcements(TEAM))
            if (group["pending"], group["lag"]) == (0, 0):
                return
            await asyncio.sleep(0.02)


def ends(side: SlackSide) -> list[Any]:
    """List the calls that ended a step."""
    return [e for e in side.slack.team.traffic.after(0) if str(e["title"]).startswith("functions.complete")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"project": "acme-unheard-of"}, "Choose a project from the list."),
        ({"environment": "prod"}, "acme-ml-dev is not for prod."),
        ({"purpose": "keys"}, "Say what you'll build (20+ characters)."),
        ({"days": 8}, "dev keys can't live that long. Choose one of the times offered."),
        ({"days": -1}, "Choose how long you need the key."),
        ({"days": 10**12}, "Choose how long you need the key."),
        ({"person": MALLORY}, "Guests can't use Gemini keys. Ask the person who invited you."),
        ({"person": "U0NOBODY"}, "Only members of this workspace can use Gemini keys."),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
async def test_what_the_form_would_refuse_ends_the_step_at_once(
    side: SlackSide, changes: dict[str, Any], said: str
) -> None:
    """The policy's sentence reaches whoever runs the workflow, and nothing is kept."""
    execution = run(side, **changes)

    await side.until(lambda: execution.state != "running")

    assert (execution.state, execution.error) == ("failed", said)
    assert await side.service.requests.mine(TEAM, ADA) == []


async def test_one_execution_is_one_request(side: SlackSide) -> None:
    """Slack sends an event again when an ack was lost; that is no second wish."""
    execution = run(side)
    request = await asked(side, execution)
    event = next(
        e["request"]
        for e in side.slack.team.traffic.after(0)
        if e["title"] == workflows.EVENT and e["request"]
    )

    again = await side.deliver("event", event)

    assert again == Answer(200, "")
    assert execution.state == "running"
    assert [r.id for r in await side.service.requests.mine(TEAM, ADA)] == [request.id]


async def test_while_slack_is_away_the_report_waits(side: SlackSide) -> None:
    """A report that Slack did not take is made again, until the step has ended."""
    execution = run(side)
    request = await asked(side, execution)
    side.slack.team.faults.set({"fail": {"functions.completeError": {"status": 500, "times": 100}}})

    await side.press(
        ADA, "withdraw_request", await side.message(side.direct(ADA), lambda m: request.id in m.text)
    )
    await side.until(lambda: ends(side))
    assert execution.state == "running"
    side.slack.team.faults.clear()

    await side.until(lambda: execution.state == "failed")
    assert execution.error == f"{request.id} was withdrawn."


async def test_a_step_that_slack_never_ends_is_not_announced_for_ever(side: SlackSide) -> None:
    """What Slack will refuse tomorrow too is given up, and nothing of it waits in the stream."""
    execution = run(side)
    request = await asked(side, execution)
    message = await side.message(side.direct(ADA), lambda m: request.id in m.text)
    refused = {"status": 200, "times": 100, "error": "missing_scope"}
    side.slack.team.faults.set({"fail": {"functions.completeError": refused}})
    await side.press(ADA, "withdraw_request", message)
    await side.until(lambda: ends(side))
    await all_shown(side)

    assert execution.state == "running"
    assert len(ends(side)) == 1
    assert SURFACE in await side.service.messages.places(TEAM, request.id)
