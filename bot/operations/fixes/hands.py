"""Which remedy is done to what: a project, a key of our own, a key that others made, somebody's roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain.names import GEMINI
from bot.domain.repair import Remedy

if TYPE_CHECKING:
    from bot.domain.repair import Repair
    from bot.operations.fixes.found_keys import FoundKeys
    from bot.operations.fixes.own_keys import OwnKeys
    from bot.operations.fixes.roles import Roles


class Services(Protocol):
    """Service Usage, as far as fixes go."""

    async def enable(self, project_id: str, service: str) -> None:
        """Switch a service on and wait until Google says it is."""


class Billing(Protocol):
    """Cloud Billing, as far as fixes go."""

    async def link(self, project_id: str, account: str) -> None:
        """Let a billing account pay for a project."""


@dataclass(frozen=True, slots=True)
class GoogleHands:
    """Do each remedy, take back what was given for a time, and see whether calls work."""

    services: Services
    billing: Billing
    own_keys: OwnKeys
    found_keys: FoundKeys
    roles: Roles

    async def do(self, repair: Repair) -> None:
        """Reach the state that the repair is for."""
        offer = repair.offer
        if offer.key_id:
            await self.found_keys.mend(offer)
            return
        match offer.remedy:
            case Remedy.ENABLE_API:
                await self.services.enable(offer.project_id, GEMINI)
            case Remedy.LINK_BILLING:
                await self.billing.link(offer.project_id, offer.after[0])
            case Remedy.GRANT_ROLE:
                await self.roles.give(repair)
            case _:
                await self.own_keys.mend(repair)

    async def take_back(self, repair: Repair) -> None:
        """Take away what was given until a time that is over."""
        await self.roles.take_back(repair)

    async def works(self, repair: Repair) -> bool | None:
        """Tell whether calls work; True where nobody here knows a call that should."""
        if repair.offer.key_id or repair.offer.remedy is Remedy.NEW_PROJECT:
            return True
        return await self.own_keys.works(repair) if repair.offer.request_id else None
