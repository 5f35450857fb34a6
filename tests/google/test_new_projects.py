"""A project that the bot makes: unseen while it owns it, and left with its own two roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain import names
from bot.google import iam_policies
from bot.google.new_projects import GET, SET
from bot.wiring import utc_now
from sandbox.google.company import BOT_EMAIL, FOLDER
from sandbox.google.roles import COMPANY_BOT, COMPANY_BOT_SECRETS
from tests.support.people import HOUR

if TYPE_CHECKING:
    from bot.google.cloud import Cloud
    from tests.google.conftest import Sandbox

RADIA, BOT = "user:radia@acme.test", f"serviceAccount:{BOT_EMAIL}"


async def made(cloud: Cloud, project_id: str) -> None:
    """Make a project, as a worker does."""
    projects = cloud.new_projects()
    await projects.wait(await projects.create(project_id, FOLDER, {names.MANAGED_BY: names.MARK}))


async def test_a_project_counts_once_the_owners_role_is_given_up(cloud: Cloud, sandbox: Sandbox) -> None:
    """A pattern stands for no project that the bot made and still owns: keys there would be its own."""
    await made(cloud, "acme-gemini-owned")
    assert "acme-gemini-owned" not in await cloud.projects.visible()
    assert "acme-gemini-owned" in await cloud.projects.half_made()
    assert "acme-gemini-owned" not in await cloud.projects.half_made(utc_now() - HOUR), "it is being made"

    await cloud.new_projects().hand_over("acme-gemini-owned", COMPANY_BOT, COMPANY_BOT_SECRETS)

    assert {"acme-gemini-owned", "acme-ml-dev"} <= {*await cloud.projects.visible()}
    assert "acme-gemini-owned" not in await cloud.projects.half_made()


async def test_other_owners_stay(cloud: Cloud, sandbox: Sandbox) -> None:
    """Whom somebody made an owner meanwhile, or the organization did, keeps the role; the bot does not."""
    await made(cloud, "acme-gemini-shared")

    def let_radia_in(policy: Any) -> bool:
        owners = next(binding for binding in policy.bindings if binding.role == "roles/owner")
        owners.members.append(RADIA)
        return True

    await iam_policies.edit(cloud.calls, GET, SET, "projects/acme-gemini-shared", let_radia_in)

    await cloud.new_projects().hand_over("acme-gemini-shared", COMPANY_BOT, COMPANY_BOT_SECRETS)

    held = {
        (binding["role"], *binding["members"])
        for binding in sandbox.project("acme-gemini-shared")["bindings"]
    }
    assert held == {("roles/owner", RADIA), (COMPANY_BOT, BOT), (COMPANY_BOT_SECRETS, BOT)}
