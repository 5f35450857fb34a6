"""Workflows: run a step of the app's, as Workflow Builder does for whoever pressed its button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack import manifest
from sandbox.slack.errors import PageError
from sandbox.slack.functions import faults
from sandbox.slack.ids import random_id
from sandbox.slack.interactions import events

if TYPE_CHECKING:
    from sandbox.slack.functions import Execution, Function, Parameter
    from sandbox.slack.records import Json
    from sandbox.slack.team import Team

EVENT = "function_executed"


GENERAL = "C0GENERAL"


def built(user: str) -> Json:
    """Fill in what a workflow of this company does: a week of Gemini for whoever presses its button."""
    purpose = "try the workflow: summarise support tickets"
    return {
        "person": user,
        "project": "acme-ml-dev",
        "environment": "dev",
        "purpose": purpose,
        "days": 7,
    }


def run(
    team: Team, user: str, callback_id: str, inputs: Json, channel: str = GENERAL
) -> tuple[Execution, str | None]:
    """Run a step with what the workflow fills in; returns the execution and the delivery."""
    team.workspace.channel_of(user, channel)
    function = next((each for each in manifest.FUNCTIONS if each.callback_id == callback_id), None)
    if function is None:
        raise PageError("unknown_function", status=404)
    if found := faults(function.inputs, inputs):
        raise PageError("invalid_inputs", faults=found)
    execution = team.executions.start(function, inputs, user, channel)
    event: Json = {
        "type": EVENT,
        "function": described(function, int(team.clock())),
        "inputs": inputs,
        "function_execution_id": execution.id,
        "workflow_execution_id": execution.workflow,
        # The step's own token: a program that keeps it has a secret to look after.
        "bot_access_token": "xwfp-" + random_id("", 24),
    }
    return execution, events.publish(team, user, event)


def described(function: Function, made: int) -> Json:
    """Describe a step as its event does."""
    return {
        "id": "Fn" + function.callback_id.upper()[:10],
        "callback_id": function.callback_id,
        "title": function.title,
        "description": function.description,
        "type": "app",
        "input_parameters": [_parameter(each) for each in function.inputs],
        "output_parameters": [_parameter(each) for each in function.outputs],
        "app_id": manifest.APP_ID,
        "date_created": made,
        "date_updated": made,
        "date_deleted": 0,
    }


def _parameter(parameter: Parameter) -> Json:
    return {
        "type": parameter.type,
        "name": parameter.name,
        "description": parameter.description,
        "title": parameter.title,
        "is_required": parameter.is_required,
    }
