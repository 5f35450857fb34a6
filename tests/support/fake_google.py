"""A Google Cloud in memory for tests of steps and runners: state, and gateways that one worker holds.

Gateways answer as `bot.google` does; the state survives the worker. Real clients and a strict cloud are for
`tests/google` and the stories.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.domain.usage import HourlyCalls, KeyUsage
from bot.errors import GoogleError
from bot.provisioning.plan import GoogleCloud
from bot.provisioning.steps.check_billing import Billing
from bot.provisioning.steps.check_org_policy import ListPolicy
from bot.provisioning.steps.check_project import Project
from tests.support.fake_keys import FakeGemini, FakeKeys, Key
from tests.support.fake_secrets import FakeSecrets, Secret

if TYPE_CHECKING:
    from datetime import datetime

    from tests.support.fuse import Fuse

HEALTHY = Project("acme-ml-dev", "100000000001", "ACTIVE")
PAID = Billing("0A0A0A-0B0B0B-0C0C0C", enabled=True)
EVERYTHING = ListPolicy(allowed=None, denied=frozenset())


@dataclass
class State:
    """Everything that Google remembers. `errors` maps `Keys.create` to what it answers, one call each."""

    project: Project = HEALTHY
    billing: Billing = PAID
    policy: ListPolicy = EVERYTHING
    services: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    secrets: dict[str, Secret] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    errors: dict[str, list[GoogleError]] = field(default_factory=dict)
    orders: dict[str, tuple[str, Key]] = field(default_factory=dict)
    grants: dict[str, tuple[str, str, datetime]] = field(default_factory=dict)
    calls: dict[str, list[datetime]] = field(default_factory=dict)
    other_calls: dict[str, list[datetime]] = field(default_factory=dict)
    slow: bool = False
    texts_hidden: bool = False
    answers_hidden: int = 0
    not_on_secrets: frozenset[str] = frozenset()

    def refuse(self, call: str, status: str, times: int = 1, **how: object) -> None:
        """Let a call be refused before it does anything."""
        error = GoogleError(status, call=call, **how)  # type: ignore[arg-type]
        self.errors.setdefault(call, []).extend([error] * times)

    def heed(self, call: str) -> None:
        """Raise what stands against a call."""
        if self.errors.get(call):
            raise self.errors[call].pop(0)

    def finish_orders(self) -> None:
        """Make the keys that were ordered; a `slow` Google does so some time after its answer."""
        for key_id, key in self.orders.values():
            self.keys[key_id] = key
        self.orders.clear()

    def called(self, key_uid: str, service: str) -> list[datetime]:
        """List when a key called the Gemini API; no service named: when it called any."""
        others = [] if service else self.other_calls.get(key_uid, [])
        return [*self.calls.get(key_uid, []), *others]

    @property
    def live_keys(self) -> dict[str, Key]:
        """Keys that were not deleted, by id."""
        return {key_id: key for key_id, key in self.keys.items() if not key.deleted}


class FakeProjects:
    """Resource Manager, Billing, Org Policy, Service Usage and IAM, as far as the steps go."""

    def __init__(self, state: State, fuse: Fuse) -> None:
        self._state, self._fuse = state, fuse

    async def get(self, project_id: str) -> Project:
        async with self._fuse.effect("Projects.get"):
            self._state.heed("Projects.get")
            return self._state.project

    async def of(self, project_id: str) -> Billing:
        async with self._fuse.effect("Billing.of"):
            self._state.heed("Billing.of")
            return self._state.billing

    async def list_policy(self, project_id: str, constraint: str) -> ListPolicy:
        async with self._fuse.effect("OrgPolicies.list_policy"):
            self._state.heed("OrgPolicies.list_policy")
            return self._state.policy

    async def enabled(self, project_id: str, service: str) -> bool:
        async with self._fuse.effect("Services.enabled"):
            self._state.heed("Services.enabled")
            return service in self._state.services

    async def enable(self, project_id: str, service: str) -> None:
        async with self._fuse.effect("Services.enable"):
            self._state.heed("Services.enable")
            self._state.services.add(service)

    async def grant(self, project_id: str, role: str, member: str, *, until: datetime, title: str) -> None:
        async with self._fuse.effect("ProjectAccess.grant"):
            self._state.heed("ProjectAccess.grant")
            self._state.grants[title] = (role, member, until)

    async def withdraw(self, project_id: str, title: str) -> None:
        async with self._fuse.effect("ProjectAccess.withdraw"):
            self._state.heed("ProjectAccess.withdraw")
            self._state.grants.pop(title, None)

    async def ensure(self, project_id: str, account_id: str, display_name: str) -> str:
        async with self._fuse.effect("ServiceAccounts.ensure"):
            self._state.heed("ServiceAccounts.ensure")
            self._state.accounts.add(account_id)
            return f"{account_id}@{project_id}.iam.gserviceaccount.com"


class FakeUsage:
    """Cloud Monitoring: when each key was called, by its uid."""

    def __init__(self, state: State, fuse: Fuse) -> None:
        self._state, self._fuse = state, fuse

    async def requests(
        self, project_id: str, key_uid: str, since: datetime, until: datetime, service: str = ""
    ) -> dict[str, int]:
        async with self._fuse.effect("Usage.requests"):
            self._state.heed("Usage.requests")
            calls = self._state.called(key_uid, service)
            return {"200": sum(since < at <= until for at in calls)}

    async def history(
        self, project_id: str, key_uid: str, since: datetime, until: datetime, service: str = ""
    ) -> KeyUsage:
        async with self._fuse.effect("Usage.history"):
            self._state.heed("Usage.history")
            made = [at for at in self._state.called(key_uid, service) if since < at <= until]
            hours = [at.replace(minute=0, second=0, microsecond=0) for at in made]
            calls = tuple(HourlyCalls(hour=hour, status="200", count=1) for hour in hours)
            return KeyUsage(since=since, until=until, calls=calls)


def gateways(state: State, fuse: Fuse) -> GoogleCloud:
    """Make what one worker holds of this cloud."""
    projects, secrets = FakeProjects(state, fuse), FakeSecrets(state, fuse)
    return GoogleCloud(
        projects=projects,
        billing=projects,
        org_policies=projects,
        services=projects,
        service_accounts=projects,
        secrets=secrets,
        keys=FakeKeys(state, fuse),
        notes=FakeKeys(state, fuse),
        gemini=FakeGemini(state, fuse),
        project_access=projects,
    )
