"""A person or a service account may call Vertex AI in the project, until a time, without any key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain import names
from bot.provisioning.steps.mint_key import always_open

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.provisioning.step import Journal


class ProjectAccess(Protocol):
    """A project's IAM policy, as far as this step goes; `title` names the grant and is ours alone."""

    async def grant(self, project_id: str, role: str, member: str, *, until: datetime, title: str) -> None:
        """Let a member have a role until a time (IAM condition); nobody else's grant changes."""

    async def withdraw(self, project_id: str, title: str) -> None:
        """Take the grant of that title away; none there counts as done."""


@dataclass(frozen=True, slots=True)
class GrantVertexUser:
    """Grant the role with the request's own title, so that taking it away touches nothing else."""

    access: ProjectAccess
    gate: Callable[[str], Awaitable[None]] = always_open
    name: str = "grant-vertex-user"
    needs: tuple[str, ...] = ("enable-api",)

    async def do(self, journal: Journal) -> None:
        """Grant it until the request's end."""
        request = journal.request
        assert request.expires_at is not None  # noqa: S101 - an approved request has its clock
        await self.gate(request.team_id)
        await self.prolong(journal.request, request.expires_at)

    async def prolong(self, request: KeyRequest, until: datetime) -> None:
        """Let the grant end at another time."""
        await self.access.grant(
            request.project_id,
            names.VERTEX_USER,
            names.vertex_member(request),
            until=until,
            title=names.grant_title(request),
        )

    async def undo(self, journal: Journal) -> None:
        """Take it away."""
        await self.access.withdraw(journal.request.project_id, names.grant_title(journal.request))
