"""The plan: which steps make a working key, in the order in which they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain.kinds import Kind
from bot.provisioning.steps.adopt_key import AdoptKey, KeyNotes
from bot.provisioning.steps.check_billing import BillingAccounts, CheckBilling
from bot.provisioning.steps.check_org_policy import CheckOrgPolicy, OrgPolicies
from bot.provisioning.steps.check_project import CheckProject, Projects
from bot.provisioning.steps.create_secret import CreateSecret, Secrets
from bot.provisioning.steps.enable_api import EnableApi, Services
from bot.provisioning.steps.ensure_service_account import EnsureServiceAccount, ServiceAccounts
from bot.provisioning.steps.grant_secret_access import GrantSecretAccess, SecretAccess
from bot.provisioning.steps.grant_vertex_user import GrantVertexUser, ProjectAccess
from bot.provisioning.steps.mint_key import Gemini, Keys, MintKey, SecretVersions, always_open

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.provisioning.step import Step


class SecretManager(Secrets, SecretAccess, SecretVersions, Protocol):
    """All that the steps ask of Secret Manager, and the care of what they made."""

    async def prolong(
        self, project_id: str, secret_id: str, annotations: Mapping[str, str], expires_at: datetime
    ) -> None:
        """Move the time at which Google deletes a secret, and what is written on it."""


@dataclass(frozen=True, slots=True)
class GoogleCloud:
    """The gateways that the steps need, one per API."""

    projects: Projects
    billing: BillingAccounts
    org_policies: OrgPolicies
    services: Services
    service_accounts: ServiceAccounts
    secrets: SecretManager
    keys: Keys
    gemini: Gemini
    project_access: ProjectAccess
    notes: KeyNotes
    gate: Callable[[str], Awaitable[None]] = always_open


def steps(cloud: GoogleCloud) -> tuple[Step, ...]:
    """List the steps; harmless ones first, the mint last."""
    return (
        CheckProject(cloud.projects),
        AdoptKey(cloud.keys, cloud.notes),
        CheckBilling(cloud.billing),
        CheckOrgPolicy(cloud.org_policies),
        EnableApi(cloud.services),
        EnsureServiceAccount(cloud.service_accounts),
        CreateSecret(cloud.secrets),
        GrantSecretAccess(cloud.secrets),
        MintKey(cloud.keys, cloud.secrets, cloud.gemini, cloud.gate),
        GrantVertexUser(cloud.project_access, cloud.gate),
    )


STEP_NAMES = (
    "check-project",
    "check-billing",
    "check-org-policy",
    "enable-api",
    "ensure-service-account",
    "create-secret",
    "grant-secret-access",
    "mint-key",
)
# Instead of an account, a secret and a key.
KEYLESS = ("check-project", "check-billing", "check-org-policy", "enable-api", "grant-vertex-user")


# A key that was there before only gets an owner and an end.
ADOPTION = ("check-project", "adopt-key")


def step_names(request: KeyRequest) -> tuple[str, ...]:
    """List the steps that lead to what was asked for, in the order in which they are shown."""
    if request.in_place:
        return ADOPTION
    return KEYLESS if request.kind is Kind.VERTEX else STEP_NAMES


def leading(every: Sequence[Step], request: KeyRequest) -> tuple[Step, ...]:
    """Choose the steps that lead to what was asked for."""
    return _named(every, step_names(request))


def taken_names(request: KeyRequest) -> tuple[str, ...]:
    """List the steps that were ever taken for a request: those of an adopted key and of its successors."""
    if request.adopted and request.newest_rotation:
        return tuple(dict.fromkeys((*ADOPTION, *STEP_NAMES)))
    return step_names(request)


def taken(every: Sequence[Step], request: KeyRequest) -> tuple[Step, ...]:
    """Choose the steps that may have left something behind."""
    return _named(every, taken_names(request))


def _named(every: Sequence[Step], chosen: Collection[str]) -> tuple[Step, ...]:
    foreign = {*STEP_NAMES, *KEYLESS, *ADOPTION} - {*chosen}
    return tuple(step for step in every if step.name not in foreign)
