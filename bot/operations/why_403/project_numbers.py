"""Whose a project number is: remembered from surveys, else asked of Google once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.errors import GoogleError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.domain.readiness import ProjectReadiness
    from bot.provisioning.steps.check_project import Project

LONGEST_SECONDS = 2.0


class Surveys(Protocol):
    """What surveys of the policy's projects found."""

    async def of(self, project_ids: Sequence[str]) -> dict[str, ProjectReadiness]:
        """Read what is known of these projects."""


class Projects(Protocol):
    """Resource Manager, as far as this goes."""

    async def get(self, project_id: str) -> Project:
        """Read a project by its id or number."""


@dataclass(frozen=True, slots=True)
class KnownNumbers:
    """Errors name projects by number, people and policies by id."""

    surveys: Surveys
    projects: Projects
    project_ids: Callable[[], Sequence[str]]

    async def project_id(self, number: str) -> str:
        """Name a project by its number; empty when the bot cannot see one."""
        surveyed = await self.surveys.of(self.project_ids())
        return _among(surveyed, number) or await self._ask(number)

    async def _ask(self, number: str) -> str:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                return (await self.projects.get(number)).project_id
        except (GoogleError, TimeoutError):
            return ""


def _among(surveyed: Mapping[str, ProjectReadiness], number: str) -> str:
    return next((name for name, known in surveyed.items() if known.number == number), "")
