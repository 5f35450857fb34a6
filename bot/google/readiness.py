"""Look at a project from all sides at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.domain.names import GEMINI
from bot.domain.readiness import ProjectReadiness
from bot.domain.rights import READERS
from bot.errors import GoogleError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.google.billing import BillingAccounts
    from bot.google.keys import Keys
    from bot.google.projects import Projects
    from bot.google.services import Services

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Readiness:
    """Survey projects for the form, so that nobody asks for a key where none can be made."""

    projects: Projects
    billing: BillingAccounts
    services: Services
    keys: Keys
    now: Callable[[], datetime]

    async def of(self, project_id: str) -> ProjectReadiness:
        """Read all facts of a project; one that cannot be read is None and named, and spoils no other."""
        unreadable: dict[str, str] = {}

        async def fact(name: str, read: Awaitable[T]) -> T | None:
            try:
                return await read
            except GoogleError as error:
                unreadable[name] = error.status
                return None

        project, billing, api_enabled, readers, keys = await asyncio.gather(
            fact("state", self.projects.get(project_id)),
            fact("billing_enabled", self.billing.of(project_id)),
            fact("api_enabled", self.services.enabled(project_id, GEMINI)),
            fact("readers", self.projects.members(project_id, READERS)),
            fact("keys", self.keys.list(project_id)),
        )
        return ProjectReadiness(
            project_id=project_id,
            checked_at=self.now(),
            state=project.state if project else None,
            number=project.number if project else None,
            billing_enabled=billing.enabled if billing else None,
            api_enabled=api_enabled,
            readers=None if readers is None else tuple(sorted({member for _, member in readers})),
            keys=None if keys is None else sum(not key.deleted for key in keys.values()),
            unreadable=unreadable,
        )
