"""Custom steps: the event that runs one, and the two calls that end it, each as strict as Slack's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.slack.errors import PageError
from sandbox.slack.interactions import workflows

if TYPE_CHECKING:
    from sandbox.slack.functions import Execution
    from tests.sandbox.slack.conftest import World

STEP = "request_gemini_key"
INPUTS = {"person": "U0ADA", "project": "acme-ml-dev", "environment": "dev", "purpose": "x", "days": 7}
OUTPUTS = {"request_id": "GK-7F3K", "state": "active"}


def started(world: World, **changes: Any) -> Execution:
    execution, _ = workflows.run(world.team, "U0ADA", STEP, {**INPUTS, **changes})
    return execution


async def refusal(world: World, method: str, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        await world.bot.api_call(f"functions.{method}", json=arguments)
    return str(refused.value.response["error"])


async def test_a_step_ends_once(world: World) -> None:
    """The first word counts; the second is told that nothing runs any more."""
    execution = started(world)

    await world.bot.functions_completeSuccess(function_execution_id=execution.id, outputs=OUTPUTS)

    assert (execution.state, execution.outputs) == ("completed", OUTPUTS)
    late = await refusal(world, "completeError", function_execution_id=execution.id, error="Too late")
    assert late == "execution_not_in_running_state"


async def test_a_failed_step_says_why(world: World) -> None:
    """The sentence is what Slackbot passes on; without one Slack takes no end."""
    execution = started(world)

    assert await refusal(world, "completeError", function_execution_id=execution.id) == ("invalid_arguments")
    await world.bot.functions_completeError(function_execution_id=execution.id, error="No room")

    assert (execution.state, execution.error) == ("failed", "No room")


@pytest.mark.parametrize(
    "outputs",
    [{}, {"request_id": "GK-7F3K"}, {**OUTPUTS, "key": "x"}, {**OUTPUTS, "state": 1}],
    ids=["none", "one missing", "one too many", "another type"],
)
async def test_outputs_are_those_of_the_manifest(world: World, outputs: dict[str, Any]) -> None:
    """What the next steps would not find is refused, and the step runs on."""
    execution = started(world)

    word = await refusal(world, "completeSuccess", function_execution_id=execution.id, outputs=outputs)

    assert (word, execution.state) == ("parameter_validation_failed", "running")


async def test_an_execution_that_never_was(world: World) -> None:
    """An id that Slack did not give ends nothing."""
    word = await refusal(world, "completeSuccess", function_execution_id="Fx0", outputs=OUTPUTS)

    assert word == "function_execution_not_found"


async def test_slackbot_tells_whoever_runs_the_workflow(world: World) -> None:
    """How a step ended is seen where the workflow was started, by that person alone."""
    ada, alan = await world.page("U0ADA"), await world.page("U0ALAN")
    answer = await ada.post("workflow", callback_id=STEP, channel="C0GENERAL")

    await world.bot.functions_completeError(function_execution_id=answer["execution"], error="No room")

    told = await ada.event("notice", channel="C0GENERAL")
    assert told["text"] == "The step “Request a Gemini key” of your workflow failed: No room"
    assert not [event for event in alan.heard if event["type"] == "notice"]


@pytest.mark.parametrize(
    "inputs", [{}, {**INPUTS, "days": "7"}, {**INPUTS, "more": 1}], ids=["none", "type", "unknown"]
)
async def test_workflow_builder_fills_in_what_the_manifest_asks_for(
    world: World, inputs: dict[str, Any]
) -> None:
    """A workflow cannot be published with inputs that the step does not have."""
    with pytest.raises(PageError, match="invalid_inputs"):
        workflows.run(world.team, "U0ADA", STEP, inputs)


async def test_the_inspector_shows_no_token_of_a_step(world: World) -> None:
    """The event carries a token of its own, which is a secret like any other."""
    page = await world.page()

    answer = await page.post("workflow", callback_id=STEP, inputs=INPUTS)

    assert answer["execution"] in world.team.executions.all
    assert await page.settled(answer["delivery"]) == "failed", "no app is connected here"
    shown = [entry for entry in world.team.traffic.after(0) if entry["title"] == workflows.EVENT]
    assert shown
    assert "xwfp-" not in str(shown)
