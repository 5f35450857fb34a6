"""Who can: what the bot itself may do in a project, and which people its policy lets do the same."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bot.diagnosis.holders import ROLES_WITH, holders, roles_for
from bot.diagnosis.probes import Reading
from bot.operations.why_403.look import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet
    from datetime import datetime, timedelta


class Rights(Protocol):
    """Resource Manager's word on who may do what."""

    async def permissions(self, project_id: str, asked: Iterable[str]) -> frozenset[str]:
        """Read which of these permissions the bot holds on a project."""

    async def members(
        self, project_id: str, roles: AbstractSet[str], *, always: bool
    ) -> tuple[tuple[str, str], ...]:
        """List who holds one of these roles on the project itself, under no condition, as (role, member)."""


@dataclass(frozen=True, slots=True)
class Able:
    """What was found: `held` is the bot's, `grants` the policy's, `unread` Google's refusal to show it.

    A project that gave no answer is in none of them.
    """

    held: dict[str, frozenset[str]] = field(default_factory=dict)
    grants: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()

    def people(self, project: str, permission: str) -> tuple[str, ...] | None:
        """Name who can; None when nobody asked, or when it could not be read."""
        if permission not in ROLES_WITH or project not in self.grants:
            return None
        return holders(self.grants[project], permission)

    def refused(self, project: str, permission: str) -> str:
        """Return the refusal that kept the names back; empty when there was none."""
        return self.unread.get(project, "") if permission in ROLES_WITH else ""


async def able(
    rights: Rights, projects: set[str], needs: set[str], now: Callable[[], datetime], longest: timedelta
) -> Able:
    """Ask all projects at once; nothing that Google refuses to tell is raised."""
    found, roles = Able(), roles_for(needs)

    async def test(project: str) -> Reading:
        async def ask() -> None:
            found.held[project] = await rights.permissions(project, sorted(needs))

        return _reading("TestIamPermissions", project, await refusal(ask(), longest))

    async def read(project: str) -> Reading:
        async def ask() -> None:
            found.grants[project] = await rights.members(project, roles, always=True)

        found.unread[project] = await refusal(ask(), longest)
        return _reading("GetIamPolicy", project, found.unread[project])

    def _reading(method: str, project: str, unread: str) -> Reading:
        about = f"projects/{project}"
        return Reading(call=f"Projects/{method}", about=about, at=now(), facts=(), unread=unread)

    named = sorted(projects) if needs else []
    tested, policies = await asyncio.gather(
        asyncio.gather(*(test(project) for project in named)),
        asyncio.gather(*(read(project) for project in named if roles)),
    )
    # A refused policy is told beside the fix that it is about; the bot's role need not show it.
    shown = (reading for reading in policies if not reading.unread)
    return Able(found.held, found.grants, found.unread, (*tested, *shown))
