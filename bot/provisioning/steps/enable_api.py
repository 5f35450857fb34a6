"""The Gemini API is on in the project that owns the key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain import names

if TYPE_CHECKING:
    from bot.provisioning.step import Journal


class Services(Protocol):
    """Service Usage, as far as this step goes."""

    async def enabled(self, project_id: str, service: str) -> bool:
        """Read whether a service is on."""

    async def enable(self, project_id: str, service: str) -> None:
        """Switch a service on and wait until Google says it is."""


@dataclass(frozen=True, slots=True)
class EnableApi:
    """Switch the Gemini API on, unless it is on already: reading costs less quota than writing."""

    services: Services
    name: str = "enable-api"
    needs: tuple[str, ...] = ("check-project", "check-billing", "check-org-policy")

    async def do(self, journal: Journal) -> None:
        """Make sure that the API is on."""
        project_id, service = journal.request.project_id, names.service(journal.request)
        if not await self.services.enabled(project_id, service):
            await self.services.enable(project_id, service)

    async def undo(self, journal: Journal) -> None:
        """Leave it on: others in the project may rely on it by now."""
