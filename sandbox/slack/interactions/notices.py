"""Say to a person, in Slack's words, that the app did not answer, or how a workflow's step ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.slack.functions import Execution
    from sandbox.slack.team import Team

TROUBLE = "We had some trouble connecting. Try again?"


def command_failed(team: Team, user: str, channel: str, command: str, error: str) -> None:
    """Tell that a slash command failed."""
    text = f'{command} failed with the error "{error}"'
    team.hub.to(user, {"type": "notice", "channel": channel, "text": text})


def trouble_connecting(team: Team, user: str) -> None:
    """Tell, over an open modal, that it did not work."""
    team.hub.to(user, {"type": "notice", "text": TROUBLE})


def step_ended(team: Team, execution: Execution) -> None:
    """Tell whoever runs a workflow how its step ended; an error is passed on as it was given."""
    title = execution.function.title
    if execution.state == "completed":
        outputs = ", ".join(f"{name}: {value}" for name, value in execution.outputs.items())
        text = f"The step “{title}” of your workflow is done. {outputs}"
    else:
        text = f"The step “{title}” of your workflow failed: {execution.error}"
    team.hub.to(execution.user, {"type": "notice", "channel": execution.channel, "text": text})
