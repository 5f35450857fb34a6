"""Secret Manager v1, global secrets. Secrets are written and shared here, never read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import google_crc32c

from bot.domain import names
from bot.errors import Conflict, GoogleError
from bot.google import iam_policies, secret_iam

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from bot.google.calls import Calls

API = "SecretManagerService"


@dataclass(frozen=True, slots=True)
class SecretManager:
    """Create secrets, share them, add versions, open, close and destroy them."""

    calls: Calls
    now: Callable[[], datetime]

    async def create(
        self,
        project_id: str,
        secret_id: str,
        *,
        labels: Mapping[str, str],
        annotations: Mapping[str, str],
        expires_at: datetime,
    ) -> None:
        """Create a secret without a version; one that is there is refused as ALREADY_EXISTS."""
        secret = {
            "replication": {"automatic": {}},
            "labels": dict(labels),
            "annotations": dict(annotations),
            "expire_time": expires_at,
        }
        request = {"parent": f"projects/{project_id}", "secret_id": secret_id, "secret": secret}
        await self.calls.grpc(f"{API}/CreateSecret", request, write=True)

    async def annotations(self, project_id: str, secret_id: str) -> dict[str, str]:
        """Read a secret's annotations."""
        secret = await self.calls.grpc(f"{API}/GetSecret", {"name": _name(project_id, secret_id)})
        return dict(secret.annotations)

    async def list(self, project_id: str) -> dict[str, dict[str, str]]:
        """Read the annotations of all secrets of ours in a project, by secret id."""
        request = {"parent": f"projects/{project_id}", "page_size": 250}
        return {
            secret.name.rpartition("/")[2]: dict(secret.annotations)
            async for page in self.calls.pages(f"{API}/ListSecrets", request)
            for secret in page.secrets
            if names.owner_in(dict(secret.annotations))
        }

    async def delete(self, project_id: str, secret_id: str, *, owner: str) -> None:
        """Delete a secret and its versions if it is `owner`'s; none there counts as done."""
        try:
            found = names.owner_in(await self.annotations(project_id, secret_id))
            if found != owner:
                raise Conflict(
                    "Secret {secret} in {project} belongs to somebody else.",
                    secret=secret_id,
                    project=project_id,
                )
            await self.calls.grpc(f"{API}/DeleteSecret", {"name": _name(project_id, secret_id)}, write=True)
        except GoogleError as error:
            if error.status != "NOT_FOUND":
                raise

    async def grant(self, project_id: str, secret_id: str, member: str, until: datetime) -> None:
        """Let a member see and read one secret until a time; no one else's grant changes."""
        await self._edit_iam_policy(
            _name(project_id, secret_id), lambda policy: secret_iam.grant(policy, member, until, self.now())
        )

    async def may_read(self, project_id: str, secret_id: str, member: str) -> bool:
        """Read whether a member is granted one secret now; no secret grants nothing."""
        request = {"resource": _name(project_id, secret_id), "options": {"requested_policy_version": 3}}
        try:
            policy = await self.calls.grpc(f"{API}/GetIamPolicy", request)
        except GoogleError as error:
            if error.status != "NOT_FOUND":
                raise
            return False
        return secret_iam.may_read(policy, member, self.now())

    async def withdraw(self, project_id: str, secret_id: str, member: str) -> None:
        """Take every grant of a member on one secret away; none there counts as done."""
        try:
            await self._edit_iam_policy(
                _name(project_id, secret_id), lambda policy: secret_iam.withdraw(policy, member)
            )
        except GoogleError as error:
            if error.status != "NOT_FOUND":
                raise

    async def permissions(self, project_id: str, secret_id: str, asked: Iterable[str]) -> frozenset[str]:
        """Read which of these permissions the bot itself holds on one secret; on none there, none."""
        request = {"resource": _name(project_id, secret_id), "permissions": list(asked)}
        answer = await self.calls.grpc(f"{API}/TestIamPermissions", request)
        return frozenset(answer.permissions)

    async def any_of_ours(self, project_id: str) -> str:
        """Name one of the bot's own secrets in a project, empty when there is none."""
        request = {
            "parent": f"projects/{project_id}",
            "filter": f"name:{names.SECRET_PREFIX}",
            "page_size": 1,
        }
        page = await self.calls.grpc(f"{API}/ListSecrets", request)
        found = [secret.name.rpartition("/")[2] for secret in page.secrets]
        return next((name for name in found if name.startswith(names.SECRET_PREFIX)), "")

    async def add_version(self, project_id: str, secret_id: str, text: str) -> str:
        """Store a text as the newest version; returns its number.

        A lost answer leaves one version more than told, which `destroy_versions(before=…)` takes away.
        """
        data = text.encode()
        payload = {"data": data, "data_crc32c": google_crc32c.value(data)}
        request = {"parent": _name(project_id, secret_id), "payload": payload}
        version = await self.calls.grpc(f"{API}/AddSecretVersion", request, write=True)
        return str(version.name.rpartition("/")[2])

    async def destroy_version(self, project_id: str, secret_id: str, version: str) -> None:
        """Destroy one version; one that is gone counts as done."""
        try:
            await self._move(f"{API}/DestroySecretVersion", project_id, secret_id, version)
        except GoogleError as error:
            if error.status != "NOT_FOUND" and not await self._lost(project_id, secret_id, version, error):
                raise

    async def prolong(
        self, project_id: str, secret_id: str, annotations: Mapping[str, str], expires_at: datetime
    ) -> None:
        """Move the time at which Google deletes a secret, and what is written on it."""
        secret = {
            "name": _name(project_id, secret_id),
            "annotations": dict(annotations),
            "expire_time": expires_at,
        }
        paths = {"paths": ["annotations", "expire_time"]}
        await self.calls.grpc(f"{API}/UpdateSecret", {"secret": secret, "update_mask": paths}, write=True)

    async def disable_version(self, project_id: str, secret_id: str, version: str) -> None:
        """Make one version unreadable for now; one that is gone counts as done."""
        try:
            await self._move(f"{API}/DisableSecretVersion", project_id, secret_id, version)
        except GoogleError as error:
            if error.status != "NOT_FOUND" and not await self._lost(project_id, secret_id, version, error):
                raise

    async def enable_version(self, project_id: str, secret_id: str, version: str) -> bool:
        """Make a disabled version readable again; False when its text is gone for good."""
        try:
            await self._move(f"{API}/EnableSecretVersion", project_id, secret_id, version)
        except GoogleError as error:
            if error.status != "NOT_FOUND" and not await self._lost(project_id, secret_id, version, error):
                raise
            return False
        return True

    async def _move(self, call: str, project_id: str, secret_id: str, version: str) -> None:
        name = f"{_name(project_id, secret_id)}/versions/{version}"
        await self.calls.grpc(call, {"name": name}, write=True)

    async def _lost(self, project_id: str, secret_id: str, version: str, error: GoogleError) -> bool:
        """Tell whether a refusal only says that the version was destroyed."""
        if error.status != "FAILED_PRECONDITION":
            return False
        name = f"{_name(project_id, secret_id)}/versions/{version}"
        found = await self.calls.grpc(f"{API}/GetSecretVersion", {"name": name})
        return bool(found.state.name == "DESTROYED")

    async def destroy_versions(
        self, project_id: str, secret_id: str, *, before: str = "", keep: Collection[str] = ()
    ) -> None:
        """Destroy every version but `keep`, or those older than `before`; no secret there counts as done."""
        request = {"parent": _name(project_id, secret_id), "page_size": 250}
        try:
            async for page in self.calls.pages(f"{API}/ListSecretVersions", request):
                for version in page.versions:
                    number = version.name.rpartition("/")[2]
                    older = not before or int(number) < int(before)
                    if version.state.name != "DESTROYED" and older and number not in keep:
                        await self.destroy_version(project_id, secret_id, number)
        except GoogleError as error:
            if error.status != "NOT_FOUND":
                raise

    async def _edit_iam_policy(self, name: str, change: Callable[[Any], bool]) -> None:
        await iam_policies.edit(self.calls, f"{API}/GetIamPolicy", f"{API}/SetIamPolicy", name, change)


def _name(project_id: str, secret_id: str) -> str:
    return f"projects/{project_id}/secrets/{secret_id}"
