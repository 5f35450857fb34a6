"""IAM admin v1: service accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import GoogleError
from bot.google.operations import settled

if TYPE_CHECKING:
    from bot.google.calls import Calls


@dataclass(frozen=True, slots=True)
class ServiceAccounts:
    """Have service accounts; a new one is seen by Google's other services only after a while."""

    calls: Calls

    async def ensure(self, project_id: str, account_id: str, display_name: str) -> str:
        """Create the account unless it exists, wait until it can be seen, return its address."""
        email = f"{account_id}@{project_id}.iam.gserviceaccount.com"
        try:
            return await self._get(project_id, email)
        except GoogleError as error:
            if error.status != "NOT_FOUND":
                raise
        await self._create(project_id, account_id, display_name)
        patience = self.calls.patience
        return await settled(lambda: self._get(project_id, email), _unseen, patience.visibility, patience)

    async def enabled(self, email: str) -> bool:
        """Read whether an account works; one that was deleted does not."""
        return await self.disabled(email) is False

    async def disabled(self, email: str) -> bool | None:
        """Read whether an account is disabled, None when there is none."""
        project_id = email.partition("@")[2].partition(".")[0]
        name = f"projects/{project_id}/serviceAccounts/{email}"
        try:
            account = await self.calls.grpc("IAM/GetServiceAccount", {"name": name})
        except GoogleError as error:
            if error.status != "NOT_FOUND":
                raise
            return None
        return bool(account.disabled)

    async def _get(self, project_id: str, email: str) -> str:
        name = f"projects/{project_id}/serviceAccounts/{email}"
        account = await self.calls.grpc("IAM/GetServiceAccount", {"name": name})
        return str(account.email)

    async def _create(self, project_id: str, account_id: str, display_name: str) -> None:
        request = {
            "name": f"projects/{project_id}",
            "account_id": account_id,
            "service_account": {"display_name": display_name},
        }
        try:
            await self.calls.grpc("IAM/CreateServiceAccount", request, write=True)
        except GoogleError as error:
            if error.status != "ALREADY_EXISTS":
                raise


def _unseen(error: GoogleError) -> bool:
    return error.status == "NOT_FOUND"
