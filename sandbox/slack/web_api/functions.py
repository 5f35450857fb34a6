"""Serve functions.completeSuccess and functions.completeError: how a custom step ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack.errors import ApiError, invalid_arguments
from sandbox.slack.functions import faults
from sandbox.slack.interactions import notices
from sandbox.slack.tiers import TIER_3
from sandbox.slack.web_api.method import Method

if TYPE_CHECKING:
    from sandbox.slack.functions import Execution
    from sandbox.slack.team import Team
    from sandbox.slack.web_api.arguments import Arguments


async def complete_success(team: Team, arguments: Arguments) -> dict[str, Any]:
    """End a step well, with outputs as the manifest defines them."""
    execution = running(team, arguments)
    outputs = arguments.json("outputs", "invalid_arguments")
    if not isinstance(outputs, dict):
        raise invalid_arguments("missing required field: outputs")
    if found := faults(execution.function.outputs, outputs):
        raise ApiError("parameter_validation_failed", response_metadata={"messages": found})
    execution.state, execution.outputs = "completed", outputs
    notices.step_ended(team, execution)
    return {}


async def complete_error(team: Team, arguments: Arguments) -> dict[str, Any]:
    """End a step badly, with a sentence that Slackbot passes on."""
    execution = running(team, arguments)
    execution.error = arguments.required("error")
    execution.state = "failed"
    notices.step_ended(team, execution)
    return {}


def running(team: Team, arguments: Arguments) -> Execution:
    """Find the execution that is meant; ApiError when there is none, or it has ended."""
    execution = team.executions.all.get(arguments.required("function_execution_id"))
    if execution is None:
        raise ApiError("function_execution_not_found")
    if execution.state != "running":
        raise ApiError("execution_not_in_running_state")
    return execution


METHODS = (
    Method("functions.completeSuccess", complete_success, TIER_3),
    Method("functions.completeError", complete_error, TIER_3),
)
