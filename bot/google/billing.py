"""Cloud Billing v1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain import rights
from bot.provisioning.steps.check_billing import Billing

if TYPE_CHECKING:
    from bot.google.calls import Calls


@dataclass(frozen=True, slots=True)
class BillingAccounts:
    """Read who pays for a project."""

    calls: Calls

    async def of(self, project_id: str) -> Billing:
        """Read a project's billing account and whether billing works."""
        info = await self.calls.grpc("CloudBilling/GetProjectBillingInfo", {"name": f"projects/{project_id}"})
        return Billing(info.billing_account_name, info.billing_enabled)

    async def open(self, account: str) -> bool:
        """Read whether a billing account (`billingAccounts/…`) is open."""
        found = await self.calls.grpc("CloudBilling/GetBillingAccount", {"name": account})
        return bool(found.open_)

    async def held(self, account: str) -> frozenset[str]:
        """Read whether the bot may let this account pay for projects, as the permissions that it holds."""
        request = {"resource": account, "permissions": [rights.PAYING]}
        return frozenset((await self.calls.grpc("CloudBilling/TestIamPermissions", request)).permissions)

    async def link(self, project_id: str, account: str) -> None:
        """Let a billing account (`billingAccounts/…`) pay for a project; linked already counts as done."""
        request = {
            "name": f"projects/{project_id}",
            "project_billing_info": {"billing_account_name": account},
        }
        await self.calls.grpc("CloudBilling/UpdateProjectBillingInfo", request, write=True)
