"""The service account that the workspace's keys in this project are bound to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain import names

if TYPE_CHECKING:
    from bot.provisioning.step import Journal


class ServiceAccounts(Protocol):
    """IAM, as far as this step goes."""

    async def ensure(self, project_id: str, account_id: str, display_name: str) -> str:
        """Create the account unless it exists, wait until it can be seen, return its address."""


@dataclass(frozen=True, slots=True)
class EnsureServiceAccount:
    """Have one account without any role: a key for the Gemini API needs none."""

    accounts: ServiceAccounts
    name: str = "ensure-service-account"
    needs: tuple[str, ...] = ("check-project", "check-billing", "check-org-policy")

    async def do(self, journal: Journal) -> None:
        """Create it unless it is there."""
        request = journal.request
        await self.accounts.ensure(request.project_id, names.account_id(request.team_id), names.ACCOUNT_TITLE)

    async def undo(self, journal: Journal) -> None:
        """Leave it: the workspace's other keys in this project are bound to it."""
