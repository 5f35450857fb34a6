"""Who can: tested and read in the project, never guessed; a refusal to tell is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.diagnosis.catalogue import CAUSES
from bot.diagnosis.holders import ROLES_WITH, holders, roles_for
from bot.errors import GoogleError
from bot.operations.why_403.able import Able, able
from sandbox.google.company import set_bot_roles
from sandbox.google.roles import BOT
from sandbox.people import GRACE, RADIA

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from tests.why.company import Company

ENABLE = "serviceusage.services.enable"
GRANTS = (
    ("roles/owner", "user:radia@acme.test"),
    ("roles/editor", "group:platform@acme.test"),
    ("roles/viewer", "user:eve@acme.test"),
    ("roles/editor", "serviceAccount:ci@acme.iam.gserviceaccount.com"),
    ("roles/serviceusage.serviceUsageAdmin", "user:radia@acme.test"),
)
# On a folder, the organization or a billing account: a project's policy does not tell.
ELSEWHERE = {"orgpolicy.policies.update", "accesscontextmanager.servicePerimeters.update"}


class Rights:
    """Resource Manager with one policy, or with a refusal."""

    def __init__(self, refusal: GoogleError | None = None) -> None:
        self.refusal = refusal

    async def permissions(self, project_id: str, asked: Iterable[str]) -> frozenset[str]:
        """Hold everything."""
        return frozenset(asked)

    async def members(
        self, project_id: str, roles: AbstractSet[str], *, always: bool
    ) -> tuple[tuple[str, str], ...]:
        """Tell the policy's grants of these roles."""
        if self.refusal:
            raise self.refusal
        return tuple(grant for grant in GRANTS if grant[0] in roles)


async def _asked(rights: Rights) -> Able:
    return await able(rights, {"acme"}, {ENABLE}, lambda: datetime.now(UTC), timedelta(seconds=1))


def test_every_need_is_known() -> None:
    """For each permission that a fix needs it is known which roles hold it, or that it lies elsewhere."""
    needs = {cause.fix.needs for cause in CAUSES if cause.fix.needs}
    assert needs - ROLES_WITH.keys() == ELSEWHERE


def test_people_and_groups_are_named_once() -> None:
    """A person with two roles is one person; service accounts and mere viewers cannot be asked."""
    assert holders(GRANTS, ENABLE) == ("radia@acme.test", "platform@acme.test")
    assert holders(GRANTS, "resourcemanager.projects.undelete") == ("radia@acme.test",)
    assert holders(GRANTS, "orgpolicy.policies.update") == ()
    assert "roles/viewer" not in roles_for([ENABLE])


async def test_the_policy_tells_who_can() -> None:
    """The people come from the policy, the bot's own rights from the test of them."""
    found = await _asked(Rights())

    assert found.held == {"acme": frozenset({ENABLE})}
    assert found.people("acme", ENABLE) == ("radia@acme.test", "platform@acme.test")
    assert {reading.call for reading in found.readings} == {
        "Projects/TestIamPermissions",
        "Projects/GetIamPolicy",
    }


async def test_a_policy_that_is_not_shown_names_nobody() -> None:
    """A refusal is kept as one; nobody is guessed, and nobody is said to be missing."""
    found = await _asked(Rights(GoogleError("PERMISSION_DENIED", "no", http=403)))

    assert found.people("acme", ENABLE) is None
    assert found.refused("acme", ENABLE) == "PERMISSION_DENIED"
    assert found.held == {"acme": frozenset({ENABLE})}


@pytest.mark.asyncio(loop_scope="session")
async def test_the_answer_names_the_owner_where_the_policy_is_shown(company: Company) -> None:
    """With the right to read the policy the owner stands in the answer; without it the answer says so."""
    key = await company.key("acme-ml-dev")
    project = company.project("acme-ml-dev")
    project.services.pop("generativelanguage.googleapis.com")
    _, text = await company.call(key)

    assert "I could not read: the project's policy is not shown to me" in await company.ask(text)

    set_bot_roles(project, [BOT, "roles/browser"])
    # Whoever holds the role under a condition may not hold it when asked: the name would send people in vain.
    sometimes = project.policy.bindings.add(
        role="roles/serviceusage.serviceUsageAdmin", members=[f"user:{GRACE.email}"]
    )
    sometimes.condition.expression = 'request.time < timestamp("2026-01-01T00:00:00Z")'
    said = await company.ask(text)

    assert f"By the project's own policy: `{RADIA.email}`" in said
    assert GRACE.email not in said
    assert "is not shown to me" not in said
