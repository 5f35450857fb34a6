"""What new projects need, taken away piece by piece: each is found, with its fix, and alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.doctor.line import Mark
from sandbox.google.company import FOLDER
from sandbox.google.roles import COMPANY_BOT, COMPANY_BOT_SECRETS, OWNER
from sandbox.google.state import Project
from tests.doctor.planted import MEMBER, Planted, find, forget_the_bot, google
from tests.doctor.stage import ACCOUNT, Stage, wrong

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.asyncio(loop_scope="module")
NEW_PROJECTS = f"""[new_projects]
folder = "{FOLDER}"
id_pattern = "acme-gemini-{{name}}"
environments = ["prod"]
role = "{COMPANY_BOT}"
secrets_role = "{COMPANY_BOT_SECRETS}"
billing_account = "billingAccounts/{ACCOUNT}"
[[projects]]
id = "acme-gemini-*"
environments = ["prod"]
[[projects]]"""


def makes_projects(stage: Stage) -> None:
    """Let the policy have projects made; the bot has all that it takes."""
    stage.say("[[projects]]", NEW_PROJECTS)


def planted(name: str, spoil: Callable[[Stage], Any], check: str, says: str, **more: Any) -> Planted:
    def spoilt(stage: Stage) -> None:
        makes_projects(stage)
        spoil(stage)

    return google(name, spoilt, check, says, **more)


def leave_half_made(stage: Stage, owner: str = MEMBER) -> None:
    """Leave a project that the bot may see, with its label, to this owner."""
    made = Project("acme-gemini-dear", 100000000077, type(stage.project.message)(stage.project.message))
    made.message.project_id, made.message.name = made.project_id, made.name
    made.message.labels["managed-by"] = "gemini-key-bot"
    made.policy.bindings.add(role=OWNER, members=[owner])
    made.policy.bindings.add(role=COMPANY_BOT, members=[MEMBER])
    stage.world.projects[made.project_id] = made


CASES = [
    planted(
        "the folder is closed to the bot",
        lambda s: forget_the_bot(s.world.folders[FOLDER]),
        "new-projects-folder",
        "gcloud resource-manager folders add-iam-policy-binding 200000000000",
    ),
    planted(
        "another folder than the bot's",
        lambda s: s.say(FOLDER, "folders/299999999999"),
        "new-projects-folder",
        "name another one in the policy",
    ),
    planted(
        "an account that the bot may not link",
        lambda s: forget_the_bot(s.world.billing_accounts[ACCOUNT].policy),
        "billing-link-account",
        f"gcloud billing accounts add-iam-policy-binding {ACCOUNT}",
    ),
    planted(
        "an account that it may only look at",
        lambda s: (
            forget_the_bot(s.world.billing_accounts[ACCOUNT].policy),
            s.world.billing_accounts[ACCOUNT].policy.bindings.add(
                role="roles/billing.viewer", members=[MEMBER]
            ),
        ),
        "billing-link-account",
        "billing.resourceAssociations.create",
    ),
    planted(
        "a closed account",
        lambda s: setattr(s.world.billing_accounts[ACCOUNT], "open", False),
        "billing-link-account",
        "open account in the policy",
        beside=("billing-account-closed",),
    ),
    planted(
        "a project that nobody ended",
        leave_half_made,
        "new-project-half-made",
        "gcloud projects delete acme-gemini-dear",
        mark=Mark.WARNING,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_what_is_planted_is_found(stage: Stage, case: Planted) -> None:
    """The doctor names what new projects lack, with the exact fix, and raises no alarm about the rest."""
    await find(stage, case)


async def test_a_good_set_up_raises_no_alarm(stage: Stage) -> None:
    """Folder and account are fine; where the policy has no projects made, nobody asks about either."""
    stage.set(SLACK_BOT_TOKEN=None, SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET=None)
    asked = {"new-projects-folder", "billing-link-account", "new-project-half-made"}
    before = {line.check for line in await stage.look("worker")}

    makes_projects(stage)
    lines = await stage.look("worker")

    assert not asked & before
    assert wrong(lines) == []
    assert {line.check for line in lines if line.mark is Mark.OK} >= asked


async def test_a_project_of_somebody_else_is_not_half_made(stage: Stage) -> None:
    """The label alone is no evidence: others may put it on a project that they own."""
    makes_projects(stage)
    leave_half_made(stage, "user:radia@acme.test")
    stage.set(SLACK_BOT_TOKEN=None, SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET=None)

    half_made = [line for line in await stage.look("worker") if line.check == "new-project-half-made"]

    assert [line.mark for line in half_made] == [Mark.OK]
