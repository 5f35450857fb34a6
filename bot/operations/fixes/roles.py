"""Roles on a project for some hours: given until the repair's end, and swept up after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain import names

if TYPE_CHECKING:
    from bot.domain.repair import Repair
    from bot.provisioning.steps.grant_vertex_user import ProjectAccess


@dataclass(frozen=True, slots=True)
class Roles:
    """Each role is a grant of its own, known again by its title."""

    access: ProjectAccess

    async def give(self, repair: Repair) -> None:
        """Give every role of the offer to who asked, until the end that the approval set."""
        assert repair.ends_at is not None  # noqa: S101 - an approved one has its end
        for number, role in enumerate(repair.offer.after):
            await self.access.grant(
                repair.offer.project_id,
                role,
                repair.requester.member,
                until=repair.ends_at,
                title=_title(repair, number),
            )

    async def take_back(self, repair: Repair) -> None:
        """Take the grants away; Google itself counts them no more once their time is over."""
        for number in range(len(repair.offer.after)):
            await self.access.withdraw(repair.offer.project_id, _title(repair, number))


def _title(repair: Repair, number: int) -> str:
    """Title one grant on a project by its repair, as no other is (IAM: 100 characters)."""
    return f"{names.MARK} {repair.team_id}/{repair.id} {number + 1}"
