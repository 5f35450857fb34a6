"""The project pays, where the policy asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.provisioning.step import Blocked

if TYPE_CHECKING:
    from bot.provisioning.step import Journal


@dataclass(frozen=True, slots=True)
class Billing:
    """A project's billing; `enabled` is false too when the linked account is closed."""

    account: str
    enabled: bool


class BillingAccounts(Protocol):
    """Cloud Billing, as far as this step goes."""

    async def of(self, project_id: str) -> Billing:
        """Read a project's billing."""


@dataclass(frozen=True, slots=True)
class CheckBilling:
    """Stop when the environment must be billed and the project is not."""

    billing: BillingAccounts
    name: str = "check-billing"
    needs: tuple[str, ...] = ()

    async def do(self, journal: Journal) -> None:
        """Read the project's billing, if it matters."""
        request = journal.request
        if not request.billing_required:
            return
        billing = await self.billing.of(request.project_id)
        if billing.enabled:
            return
        if billing.account:
            raise Blocked(
                "billing-disabled",
                "Cloud Billing says billing is off in {project}: its account {account} is closed.",
                account=billing.account,
                project=request.project_id,
            )
        raise Blocked(
            "billing-disabled",
            "Cloud Billing says no billing account is linked to {project}.",
            project=request.project_id,
        )

    async def undo(self, journal: Journal) -> None:
        """Reading left nothing behind."""
