"""All that why-403 asks of Google, answered by the gateways; reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.names import GEMINI
from bot.errors import GoogleError
from bot.provisioning.steps.check_org_policy import RESTRICT_SERVICES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.diagnosis.probes import KeyState
    from bot.google.billing import BillingAccounts
    from bot.google.gemini import Gemini
    from bot.google.key_care import KeyCare
    from bot.google.keys import Keys
    from bot.google.org_policies import OrgPolicies
    from bot.google.projects import Projects
    from bot.google.secrets import SecretManager
    from bot.google.service_accounts import ServiceAccounts
    from bot.google.services import Services
    from bot.google.usage import Usage


@dataclass(frozen=True, slots=True)
class Evidence:
    """The `World` of bot.diagnosis.probes."""

    projects: Projects
    services: Services
    billing: BillingAccounts
    keys: Keys
    key_care: KeyCare
    service_accounts: ServiceAccounts
    secrets: SecretManager
    org_policies: OrgPolicies
    gemini: Gemini
    usage: Usage

    async def project_state(self, project_id: str) -> str:
        """Read ACTIVE, DELETE_REQUESTED, or NOT_FOUND."""
        return await self.projects.state(project_id)

    async def service_enabled(self, project_id: str, service: str) -> bool:
        """Read whether an API is on."""
        return await self.services.enabled(project_id, service)

    async def billing_enabled(self, project_id: str) -> bool:
        """Read whether billing works."""
        return (await self.billing.of(project_id)).enabled

    async def billing_account_open(self, project_id: str) -> bool:
        """Read whether the linked account is open; without an account there is nothing to read."""
        account = (await self.billing.of(project_id)).account
        if not account:
            raise GoogleError("NOT_FOUND", "No billing account is linked.", permanent=True)
        return await self.billing.open(account)

    async def key(self, project_id: str, key_id: str) -> KeyState:
        """Read a key; one that is gone for good is deleted too."""
        return await self.key_care.describe(project_id, key_id)

    async def account_enabled(self, email: str) -> bool:
        """Read whether a service account exists and works."""
        return await self.service_accounts.enabled(email)

    async def may_read_secret(self, project_id: str, secret_id: str, member: str) -> bool:
        """Read whether a member is granted one secret now."""
        return await self.secrets.may_read(project_id, secret_id, member)

    async def policy_enforced(self, project_id: str, constraint: str) -> bool:
        """Read a boolean constraint."""
        return await self.org_policies.enforced(project_id, constraint)

    async def bindings_blocked(self, project_id: str, constraint: str) -> bool:
        """Read whether keys for the Gemini API may not be bound to service accounts."""
        return await self.org_policies.bindings_blocked(project_id, constraint, GEMINI)

    async def service_denied(self, project_id: str, service: str) -> bool:
        """Read whether gcp.restrictServiceUsage forbids an API."""
        return (await self.org_policies.list_policy(project_id, RESTRICT_SERVICES)).forbids(service)

    async def models(self, project_id: str, key_id: str) -> frozenset[str]:
        """List the models that a key reaches; without apikeys.keys.getKeyString it cannot be tried."""
        text = await self.keys.text(project_id, key_id)
        if text is None:
            raise GoogleError("PERMISSION_DENIED", "apikeys.keys.getKeyString", permanent=True)
        return frozenset(await self.gemini.models(text))

    async def calls(self, project_id: str, uid: str, since: datetime, until: datetime) -> Mapping[str, int]:
        """Count the calls made with a key by HTTP status."""
        return await self.usage.requests(project_id, uid, since, until)
