"""Two workspaces of one deployment, and the front end that serves wherever the app is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.serving.by_install import ByInstall
from tests.support.slack_side import ALAN, APPROVALS, GRACE

if TYPE_CHECKING:
    from pathlib import Path

    from handlers.app import SlackFrontEnd
    from handlers.serving.workspaces import Workspaces


ACME, BETA = "T0ACME", "T0BETA"
RULES = """
company.domains = ["acme.test"]
approval.channel = "{channel}"
approval.approvers.users = ["{approver}"]
environments.dev.lifetimes = ["30d", "7d"]
[[projects]]
id = "{project}"
environments = ["dev"]
"""


def write_policies(folder: Path, beta_approver: str = ALAN) -> Path:
    """Give each its own project; Grace approves in Acme. A file's name says whose policy it is."""
    folder.mkdir(exist_ok=True)
    for team_id, approver, project in ((ACME, GRACE, "acme-ml-dev"), (BETA, beta_approver, "acme-vision")):
        rules = RULES.format(channel=APPROVALS, approver=approver, project=project)
        (folder / f"{team_id}.toml").write_text(rules)
    return folder


def workspaces(front: SlackFrontEnd) -> Workspaces:
    """Give the workspaces where the app is installed."""
    served = front.served
    assert isinstance(served, ByInstall)
    assert served.workspaces is not None
    return served.workspaces
