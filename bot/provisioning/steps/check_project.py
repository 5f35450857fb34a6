"""The project is there and alive."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from bot.provisioning.step import Blocked

if TYPE_CHECKING:
    from bot.provisioning.step import Journal


@dataclass(frozen=True, slots=True)
class Project:
    """A project as Resource Manager shows it; Google's answers name projects by `number`."""

    project_id: str
    number: str
    state: str


class Projects(Protocol):
    """Resource Manager, as far as this step goes."""

    async def get(self, project_id: str) -> Project:
        """Read a project."""


@dataclass(frozen=True, slots=True)
class CheckProject:
    """Learn the project's number, and stop if the project is being deleted."""

    projects: Projects
    name: str = "check-project"
    needs: tuple[str, ...] = ()

    async def do(self, journal: Journal) -> None:
        """Read the project and keep its number."""
        project = await self.projects.get(journal.request.project_id)
        if project.state != "ACTIVE":
            raise Blocked(
                "project-delete-requested",
                "Resource Manager says project {project} is {state}.",
                project=project.project_id,
                state=project.state,
            )
        await journal.write("project-found", lambda r: replace(r, project_number=project.number))

    async def undo(self, journal: Journal) -> None:
        """Reading left nothing behind."""
