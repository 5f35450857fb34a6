"""All gateways over one connection: what the provisioning plan and the surveys need of Google."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.google.billing import BillingAccounts
from bot.google.calls import Called, Calls, ignore
from bot.google.checkup import Checkup
from bot.google.clients import Clients
from bot.google.evidence import Evidence
from bot.google.gemini import Gemini
from bot.google.key_care import KeyCare
from bot.google.keys import Keys
from bot.google.new_projects import NewProjects
from bot.google.org_policies import OrgPolicies
from bot.google.own_rights import OwnRights
from bot.google.patience import Patience
from bot.google.project_iam import ProjectIam
from bot.google.projects import Projects
from bot.google.readiness import Readiness
from bot.google.secrets import SecretManager
from bot.google.service_accounts import ServiceAccounts
from bot.google.services import Services
from bot.google.usage import Usage
from bot.provisioning.plan import GoogleCloud

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.readiness import ProjectReadiness
    from bot.google.endpoints import Endpoints
    from bot.google.turnstile import Turnstile


@dataclass(frozen=True, slots=True)
class Cloud:
    """The gateways, one per API; nothing is connected before the first call or `warm`."""

    calls: Calls
    projects: Projects
    billing: BillingAccounts
    org_policies: OrgPolicies
    services: Services
    service_accounts: ServiceAccounts
    secrets: SecretManager
    keys: Keys
    key_care: KeyCare
    gemini: Gemini
    usage: Usage
    readiness: Readiness

    def for_plan(self) -> GoogleCloud:
        """Return what the provisioning steps ask for."""
        return GoogleCloud(
            projects=self.projects,
            billing=self.billing,
            org_policies=self.org_policies,
            services=self.services,
            service_accounts=self.service_accounts,
            secrets=self.secrets,
            keys=self.keys,
            gemini=self.gemini,
            project_access=ProjectIam(self.calls),
            notes=self.key_care,
        )

    def for_diagnosis(self) -> Evidence:
        """Return what why-403 asks for."""
        return Evidence(
            projects=self.projects,
            services=self.services,
            billing=self.billing,
            keys=self.keys,
            key_care=self.key_care,
            service_accounts=self.service_accounts,
            secrets=self.secrets,
            org_policies=self.org_policies,
            gemini=self.gemini,
            usage=self.usage,
        )

    def new_projects(self) -> NewProjects:
        """Return who makes projects."""
        return NewProjects(self.calls, self.projects)

    def own_rights(self) -> OwnRights:
        """Return who says what the bot may do."""
        return OwnRights(self.projects, self.secrets)

    def checkup(self, now: Callable[[], datetime]) -> Checkup:
        """Return what the doctor and setup ask for."""
        return Checkup(
            calls=self.calls,
            projects=self.projects,
            services=self.services,
            billing=self.billing,
            org_policies=self.org_policies,
            service_accounts=self.service_accounts,
            keys=self.keys,
            secrets=self.secrets,
            usage=self.usage,
            now=now,
        )

    async def project_readiness(self, project_id: str) -> ProjectReadiness:
        """Read how ready a project is; facts that cannot be read are named, nothing is raised."""
        return await self.readiness.of(project_id)

    async def warm(self) -> None:
        """Load Google's libraries and find the credentials before the first request does."""
        await self.calls.clients.wire()

    async def close(self) -> None:
        """Close every connection."""
        await self.calls.clients.close()


def open_cloud(
    endpoints: Endpoints,
    *,
    now: Callable[[], datetime],
    patience: Patience | None = None,
    observe: Callable[[Called], None] = ignore,
    turnstile: Turnstile | None = None,
) -> Cloud:
    """Set up the gateways; call it in the event loop that will use them. `observe` counts every attempt.

    `turnstile` holds back what Google takes only so often; without it nothing is held back.
    """
    calls = Calls(Clients(endpoints), patience or Patience(), observe, turnstile)
    projects, billing, services, keys = Projects(calls), BillingAccounts(calls), Services(calls), Keys(calls)
    return Cloud(
        calls=calls,
        projects=projects,
        billing=billing,
        org_policies=OrgPolicies(calls),
        services=services,
        service_accounts=ServiceAccounts(calls),
        secrets=SecretManager(calls, now),
        keys=keys,
        key_care=KeyCare(calls),
        gemini=Gemini(calls),
        usage=Usage(calls),
        readiness=Readiness(projects, billing, services, keys, now),
    )
