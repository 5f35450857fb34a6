"""Read at Google what the doctor and setup judge; each fact by itself, so that one refusal hides no other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from bot.diagnosis.probes import BINDING_POLICY
from bot.doctor.facts import Account, Identity, PayingFacts, ProjectFacts
from bot.doctor.project import CREATE_ACCOUNTS, SECRETS
from bot.domain import rights
from bot.domain.names import GEMINI
from bot.errors import GoogleError
from bot.provisioning.steps.check_org_policy import RESTRICT_SERVICES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from bot.google.billing import BillingAccounts
    from bot.google.calls import Calls
    from bot.google.keys import Keys
    from bot.google.org_policies import OrgPolicies
    from bot.google.projects import Projects
    from bot.google.secrets import SecretManager
    from bot.google.service_accounts import ServiceAccounts
    from bot.google.services import Services
    from bot.google.usage import Usage
    from bot.provisioning.steps.check_billing import Billing

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Checkup:
    """Look at projects with the bot's own rights; nothing is changed."""

    calls: Calls
    projects: Projects
    services: Services
    billing: BillingAccounts
    org_policies: OrgPolicies
    service_accounts: ServiceAccounts
    keys: Keys
    secrets: SecretManager
    usage: Usage
    now: Callable[[], datetime]

    async def identity(self) -> Identity:
        """Say who the bot is; raises `GoogleError` when there are no credentials."""
        return (await self.calls.clients.wire()).identity()

    async def project(
        self, project_id: str, account: str = "", services: Sequence[str] = (GEMINI, SECRETS)
    ) -> ProjectFacts:
        """Read a project, all facts at once; `account` is the address of its keys' service account."""
        async with asyncio.TaskGroup() as at_once:
            read = at_once.create_task
            project = read(fact(self.projects.get(project_id)))
            held = read(fact(self.projects.permissions(project_id, rights.ASKED)))
            enabled = [read(fact(self.services.enabled(project_id, service))) for service in services]
            billing = read(fact(self.billing.of(project_id)))
            services_policy = read(fact(self.org_policies.list_policy(project_id, RESTRICT_SERVICES)))
            bindings = read(fact(self.org_policies.bindings_blocked(project_id, BINDING_POLICY, GEMINI)))
            accounts = read(fact(self.org_policies.enforced(project_id, CREATE_ACCOUNTS)))
            keys = read(fact(self._keys(project_id)))
            readers = read(fact(self.projects.members(project_id, rights.READERS)))
            bound = read(self._account(account))
            on_secret = read(fact(self._held_on_secret(project_id)))
            touched = read(self._touch(project_id))
        return ProjectFacts(
            project_id=project_id,
            project=project.result(),
            held=held.result(),
            services={service: task.result() for service, task in zip(services, enabled, strict=True)},
            billing=billing.result(),
            account_open=await self._open(billing.result()),
            services_policy=services_policy.result(),
            bindings_blocked=bindings.result(),
            accounts_blocked=accounts.result(),
            keys=keys.result(),
            readers=readers.result(),
            account=bound.result(),
            held_on_secret=on_secret.result(),
            touched=touched.result(),
        )

    async def paying(self, name: str) -> PayingFacts:
        """Read whether a billing account is open, and whether the bot may link it."""
        is_open, held = await asyncio.gather(fact(self.billing.open(name)), fact(self.billing.held(name)))
        return PayingFacts(open=is_open, held=held)

    async def held_on_folder(self, name: str) -> frozenset[str] | GoogleError:
        """Read whether the bot may make projects in a folder, as the permissions that it holds."""
        return await fact(self.projects.held_on_folder(name))

    async def half_made(self) -> tuple[str, ...] | GoogleError:
        """Read which projects the bot made and still owns."""
        return await fact(self.projects.half_made())

    async def _open(self, billing: Billing | GoogleError) -> bool | GoogleError | None:
        """Ask about the account only where billing is off in spite of it."""
        if isinstance(billing, GoogleError) or billing.enabled or not billing.account:
            return None
        return await fact(self.billing.open(billing.account))

    async def _account(self, email: str) -> Account | GoogleError | None:
        if not email:
            return None
        disabled = await fact(self.service_accounts.disabled(email))
        if isinstance(disabled, GoogleError):
            return disabled
        return Account.ABSENT if disabled is None else Account.DISABLED if disabled else Account.ENABLED

    async def _keys(self, project_id: str) -> int:
        return sum(not key.deleted for key in (await self.keys.list(project_id)).values())

    async def _held_on_secret(self, project_id: str) -> frozenset[str] | None:
        secret_id = await self.secrets.any_of_ours(project_id)
        if not secret_id:
            return None
        return await self.secrets.permissions(project_id, secret_id, rights.OF_SECRETS)

    async def _touch(self, project_id: str) -> tuple[GoogleError, ...]:
        """Call the APIs that no other fact needs, to see whether they answer."""
        calls, now = self.calls, self.now()
        answers = await asyncio.gather(
            fact(calls.grpc("IAM/ListServiceAccounts", {"name": f"projects/{project_id}", "page_size": 1})),
            fact(self.usage.requests(project_id, "doctor", now - timedelta(hours=1), now)),
        )
        return tuple(answer for answer in answers if isinstance(answer, GoogleError))


async def fact(read: Awaitable[T]) -> T | GoogleError:
    """Keep a refusal in place of a fact."""
    try:
        return await read
    except GoogleError as error:
        return error
