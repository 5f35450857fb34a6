"""What the bot itself may do in a project, with what it may do to the secrets that it made there."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain import rights
from bot.errors import GoogleError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from bot.google.projects import Projects
    from bot.google.secrets import SecretManager


@dataclass(frozen=True, slots=True)
class OwnRights:
    """Asked about a project, Google does not count a role that a condition holds to the bot's own secrets."""

    projects: Projects
    secrets: SecretManager

    async def permissions(self, project_id: str, asked: Iterable[str]) -> frozenset[str]:
        """Read which of these permissions the bot holds, on the project or on a secret of its own there."""
        wanted = frozenset(asked)
        held = await self.projects.permissions(project_id, sorted(wanted))
        left = (wanted - held).intersection(rights.OF_SECRETS)
        if left:
            with suppress(GoogleError):  # what could not be read is no right
                if secret_id := await self.secrets.any_of_ours(project_id):
                    held |= await self.secrets.permissions(project_id, secret_id, sorted(left))
        return held

    async def members(
        self, project_id: str, roles: AbstractSet[str], *, always: bool
    ) -> tuple[tuple[str, str], ...]:
        """List who holds one of these roles on the project itself, under no condition, as (role, member)."""
        return await self.projects.members(project_id, roles, always=always)
