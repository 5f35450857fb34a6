"""All of ours in one project, read for `reconcile` and repaired by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain import names
from bot.domain.holding import HeldKey, HeldSecret, Holdings
from bot.google.key_care import UPDATE
from bot.google.keys import DELETE

if TYPE_CHECKING:
    from datetime import datetime

    from bot.google.cloud import Cloud

SECRETS = "SecretManagerService"


@dataclass(frozen=True, slots=True)
class Inventory:
    """Google as `reconcile` asks for it; a list that cannot be read raises, and is no empty one."""

    cloud: Cloud

    async def holdings(self, project_id: str) -> Holdings:
        """Read all of ours in a project."""
        project = await self.cloud.projects.get(project_id)
        return Holdings(
            project_id=project_id,
            project_number=project.number,
            keys=[key async for key in self._keys(project_id)],
            secrets=[secret async for secret in self._secrets(project_id)],
            accounts=[email async for email in self._accounts(project_id)],
        )

    async def turn_to_delete_key(self) -> None:
        """Wait until a key may be deleted; the turn is kept for the next one that is."""
        await self.cloud.calls.turnstile.ahead(DELETE)

    async def turn_to_let_go(self) -> None:
        """Wait until marks may be taken off a key; the turn is kept for the next one."""
        await self.cloud.calls.turnstile.ahead(UPDATE)

    async def delete_key(self, project_id: str, key_id: str, owner: str) -> None:
        """Delete a key of that owner; none there counts as done."""
        await self.cloud.keys.delete_ours(project_id, key_id, owner)

    async def let_go(self, project_id: str, key_id: str, owner: str) -> None:
        """Take that owner's marks off a key that others made; raises `Conflict` when it is another's."""
        await self.cloud.key_care.annotate(project_id, key_id, {}, owner=owner)

    async def delete_secret(self, project_id: str, secret_id: str, owner: str) -> None:
        """Delete a secret of that owner; none there counts as done."""
        await self.cloud.secrets.delete(project_id, secret_id, owner=owner)

    async def grant(self, project_id: str, secret_id: str, member: str, until: datetime) -> None:
        """Let a member read a secret until a time."""
        await self.cloud.secrets.grant(project_id, secret_id, member, until)

    async def withdraw(self, project_id: str, secret_id: str, member: str) -> None:
        """Take a member's grants away."""
        await self.cloud.secrets.withdraw(project_id, secret_id, member)

    async def _keys(self, project_id: str) -> Any:
        request = {"parent": f"projects/{project_id}/locations/global", "page_size": 300}
        async for page in self.cloud.calls.pages("ApiKeys/ListKeys", request):
            for key in page.keys:
                if names.owner_in(dict(key.annotations)) and not key.delete_time:
                    yield HeldKey(
                        project_id=project_id,
                        key_id=key.name.rpartition("/")[2],
                        uid=key.uid,
                        created_at=key.create_time,
                        annotations=dict(key.annotations),
                    )

    async def _secrets(self, project_id: str) -> Any:
        request = {"parent": f"projects/{project_id}", "page_size": 250}
        async for page in self.cloud.calls.pages(f"{SECRETS}/ListSecrets", request):
            for secret in page.secrets:
                if names.owner_in(dict(secret.annotations)):
                    # Named by number in lists; permissions are checked by either.
                    secret_id = secret.name.rpartition("/")[2]
                    name = f"projects/{project_id}/secrets/{secret_id}"
                    yield HeldSecret(
                        project_id=project_id,
                        secret_id=secret_id,
                        created_at=secret.create_time,
                        annotations=dict(secret.annotations),
                        members=await self._members(name),
                        versions=await self._versions(name),
                    )

    async def _accounts(self, project_id: str) -> Any:
        request = {"name": f"projects/{project_id}", "page_size": 100}
        async for page in self.cloud.calls.pages("IAM/ListServiceAccounts", request):
            for account in page.accounts:
                if account.email.startswith(names.ACCOUNT_PREFIX):
                    yield account.email

    async def _members(self, name: str) -> frozenset[str]:
        request = {"resource": name, "options": {"requested_policy_version": 3}}
        policy = await self.cloud.calls.grpc(f"{SECRETS}/GetIamPolicy", request)
        ours = [binding for binding in policy.bindings if binding.condition.title == names.MARK]
        return frozenset(member for binding in ours for member in binding.members)

    async def _versions(self, name: str) -> tuple[str, ...]:
        """List the versions that can be read, oldest first."""
        request = {"parent": name, "page_size": 250, "filter": "state:ENABLED"}
        numbers: list[int] = []
        async for page in self.cloud.calls.pages(f"{SECRETS}/ListSecretVersions", request):
            numbers += [int(version.name.rpartition("/")[2]) for version in page.versions]
        return tuple(map(str, sorted(numbers)))
