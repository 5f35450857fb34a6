"""Say to a person that the app did not answer, in Slack's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.slack.team import Team

TROUBLE = "We had some trouble connecting. Try again?"


def command_failed(team: Team, user: str, channel: str, command: str, error: str) -> None:
    """Tell that a slash command failed."""
    text = f'{command} failed with the error "{error}"'
    team.hub.to(user, {"type": "notice", "channel": channel, "text": text})


def trouble_connecting(team: Team, user: str) -> None:
    """Tell, over an open modal, that it did not work."""
    team.hub.to(user, {"type": "notice", "text": TROUBLE})
