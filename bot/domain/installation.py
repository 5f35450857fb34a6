"""The app in one workspace: who installed it when, and the token to speak there with, sealed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003 - read at run time, to make JSON of it
from enum import StrEnum

ID = "INSTALLATION"


class State(StrEnum):
    """Whether the app is in the workspace."""

    INSTALLED = "installed"
    UNINSTALLED = "uninstalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One record a workspace. `sealed` opens only with a key that is not in Redis; empty once it is gone."""

    team_id: str
    name: str = ""
    sealed: str
    by: str
    at: datetime
    state: State = State.INSTALLED

    @property
    def id(self) -> str:
        """The name under which it is kept and audited."""
        return ID

    def due_at(self) -> datetime | None:
        """Nobody need ever look at it."""
        return None


def remove(installation: Installation) -> Installation:
    """Forget the token: the app was taken out, or Slack does not take the token any more."""
    return replace(installation, sealed="", state=State.UNINSTALLED)
