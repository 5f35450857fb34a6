"""The workspaces of a front end that serves wherever the app is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.serving.by_install import ByInstall

if TYPE_CHECKING:
    from handlers.app import SlackFrontEnd
    from handlers.serving.workspaces import Workspaces


def workspaces(front: SlackFrontEnd) -> Workspaces:
    """Give the workspaces where the app is installed."""
    served = front.served
    assert isinstance(served, ByInstall)
    assert served.workspaces is not None
    return served.workspaces
