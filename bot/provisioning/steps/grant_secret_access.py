"""Exactly the requester may read this one secret, until it expires."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain import names
from bot.provisioning.steps.secret_owner import SecretReader, is_ours

if TYPE_CHECKING:
    from datetime import datetime

    from bot.provisioning.step import Journal


class SecretAccess(SecretReader, Protocol):
    """Secret Manager's IAM, as far as this step goes."""

    async def grant(self, project_id: str, secret_id: str, member: str, until: datetime) -> None:
        """Let a member see and read one secret until a time (IAM condition); no one else's grant changes."""

    async def withdraw(self, project_id: str, secret_id: str, member: str) -> None:
        """Take every grant of a member on one secret away; none there counts as done."""


@dataclass(frozen=True, slots=True)
class GrantSecretAccess:
    """Let the requester see and read the secret; before a key is in it, so no one else ever could."""

    access: SecretAccess
    name: str = "grant-secret-access"
    needs: tuple[str, ...] = ("create-secret",)

    async def do(self, journal: Journal) -> None:
        """Bind the requester under a condition that ends with the key."""
        request = journal.request
        assert request.expires_at is not None  # noqa: S101 - an approved request has its clock
        await self.access.grant(
            request.project_id, names.secret_id(request), request.requester.member, request.expires_at
        )

    async def undo(self, journal: Journal) -> None:
        """Remove the requester's bindings."""
        request = journal.request
        if await is_ours(self.access, request):
            await self.access.withdraw(request.project_id, names.secret_id(request), request.requester.member)
