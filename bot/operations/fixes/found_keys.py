"""Fixes of keys that others made and nobody here owns: narrower rights, an end, and taking that back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain import names
from bot.domain.names import GEMINI
from bot.domain.repair import Remedy
from bot.errors import Conflict, NotFound

if TYPE_CHECKING:
    from bot.domain.repair import Offer
    from bot.provisioning.steps.key_owner import KeyFacts


class Keys(Protocol):
    """API Keys, as far as these fixes go."""

    async def get(self, project_id: str, key_id: str) -> KeyFacts | None:
        """Read a key, also a deleted one; None when there is none."""

    async def delete(self, project_id: str, key_id: str, *, etag: str) -> None:
        """Delete a key (Google: soft, 30 days) as it was read; none there counts as done."""

    async def undelete(self, project_id: str, key_id: str) -> None:
        """Bring a key back that was deleted less than 30 days ago."""


class KeyCare(Protocol):
    """What a key may be used for."""

    async def narrow(self, project_id: str, key_id: str, service: str) -> None:
        """Let a key that nobody here owns call one service; from where stays as it is."""


@dataclass(frozen=True, slots=True)
class FoundKeys:
    """Mend a key as long as it has no owner."""

    keys: Keys
    key_care: KeyCare

    async def mend(self, offer: Offer) -> None:
        """Reach the state that the remedy is for, unless somebody has claimed the key by now."""
        project_id, key_id = offer.project_id, offer.key_id
        facts = await self.keys.get(project_id, key_id)
        if facts is None:
            raise NotFound("Google has no key {name} any more.", name=offer.key_name or key_id)
        if owner := names.owner_in(dict(facts.annotations)):
            taken = owner.rpartition("/")[2]
            raise Conflict("That key belongs to {id} by now. Its owner decides about it.", id=taken)
        match offer.remedy:
            case Remedy.RESTRICT_KEY:
                await self.key_care.narrow(project_id, key_id, GEMINI)
            case Remedy.DELETE_KEY:
                await self.keys.delete(project_id, key_id, etag=facts.etag)
            case Remedy.UNDELETE_KEY:
                await self.keys.undelete(project_id, key_id)
