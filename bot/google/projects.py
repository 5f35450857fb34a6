"""Resource Manager v3: projects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain import names, rights
from bot.domain.names import MANAGED_BY
from bot.errors import GoogleError
from bot.provisioning.steps.check_project import Project

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from bot.google.calls import Calls


@dataclass(frozen=True, slots=True)
class Projects:
    """Read projects; Google answers PERMISSION_DENIED for a project that may not exist."""

    calls: Calls

    async def get(self, project_id: str) -> Project:
        """Read a project by its id or number."""
        found = await self.calls.grpc("Projects/GetProject", {"name": f"projects/{project_id}"})
        return Project(found.project_id, found.name.removeprefix("projects/"), found.state.name)

    async def visible(self) -> list[str]:
        """List the ids of all living projects that the bot may get, but those that it made and still owns."""
        return [project.project_id async for project in self._living() if not await self._half_made(project)]

    async def half_made(self, before: datetime | None = None) -> tuple[str, ...]:
        """List the ids of living projects that the bot made, `before` a time, and still owns."""
        return tuple(
            [
                project.project_id
                async for project in self._living(f"labels.{MANAGED_BY}:{names.MARK}")
                if (before is None or project.create_time < before) and await self._half_made(project)
            ]
        )

    async def _living(self, *terms: str) -> AsyncIterator[Any]:
        request = {"query": " AND ".join(("state:ACTIVE", *terms)), "page_size": 500}
        async for page in self.calls.pages("Projects/SearchProjects", request):
            for project in page.projects:
                yield project

    async def _half_made(self, project: Any) -> bool:
        ours = project.labels.get(MANAGED_BY) == names.MARK
        return ours and bool(await self.permissions(project.project_id, (rights.OWNING,)))

    async def state(self, project_id: str) -> str:
        """Read ACTIVE or DELETE_REQUESTED; NOT_FOUND only where Google says so in as many words."""
        try:
            return (await self.get(project_id)).state
        except GoogleError as error:
            if error.status != "NOT_FOUND":
                raise
            return "NOT_FOUND"

    async def permissions(self, project_id: str, asked: Iterable[str]) -> frozenset[str]:
        """Read which of these permissions the bot itself holds on a project."""
        answer = await self.calls.grpc(
            "Projects/TestIamPermissions",
            {"resource": f"projects/{project_id}", "permissions": list(asked)},
        )
        return frozenset(answer.permissions)

    async def held_on_folder(self, folder: str) -> frozenset[str]:
        """Read whether the bot may make projects in a folder, as the permissions that it holds."""
        request = {"resource": folder, "permissions": [rights.MAKING]}
        return frozenset((await self.calls.grpc("Folders/TestIamPermissions", request)).permissions)

    async def members(
        self, project_id: str, roles: AbstractSet[str], *, always: bool = False
    ) -> tuple[tuple[str, str], ...]:
        """List who holds one of these roles on the project itself, as (role, member).

        With `always`, only who holds it whatever the time and the resource: no grants under an IAM condition.
        """
        request = {"resource": f"projects/{project_id}", "options": {"requested_policy_version": 3}}
        policy = await self.calls.grpc("Projects/GetIamPolicy", request)
        return tuple(
            (binding.role, member)
            for binding in policy.bindings
            if binding.role in roles and not (always and binding.condition.expression)
            for member in binding.members
        )
