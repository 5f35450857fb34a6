"""Secret Manager in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.domain import names
from bot.errors import Conflict, GoogleError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from tests.support.fake_google import State
    from tests.support.fuse import Fuse


@dataclass
class Secret:
    """One secret: versions by number (a destroyed one is gone), who may read until when, what is closed."""

    annotations: dict[str, str]
    expires_at: datetime
    versions: dict[str, str] = field(default_factory=dict)
    grants: dict[str, datetime] = field(default_factory=dict)
    added: int = 0
    closed: set[str] = field(default_factory=set)


class FakeSecrets:
    """All that the steps ask of Secret Manager."""

    def __init__(self, state: State, fuse: Fuse) -> None:
        self._state, self._fuse = state, fuse

    async def create(
        self,
        project_id: str,
        secret_id: str,
        *,
        labels: Mapping[str, str],
        annotations: Mapping[str, str],
        expires_at: datetime,
    ) -> None:
        async with self._fuse.effect("Secrets.create"):
            self._state.heed("Secrets.create")
            if secret_id in self._state.secrets:
                raise GoogleError("ALREADY_EXISTS", call="Secrets.create", http=409)
            self._state.secrets[secret_id] = Secret(dict(annotations), expires_at)

    async def permissions(self, project_id: str, secret_id: str, asked: Iterable[str]) -> frozenset[str]:
        async with self._fuse.effect("Secrets.permissions"):
            self._state.heed("Secrets.permissions")
            return frozenset(asked) - self._state.not_on_secrets

    async def annotations(self, project_id: str, secret_id: str) -> dict[str, str]:
        async with self._fuse.effect("Secrets.annotations"):
            self._state.heed("Secrets.annotations")
            return dict(self._found(secret_id).annotations)

    async def delete(self, project_id: str, secret_id: str, *, owner: str) -> None:
        async with self._fuse.effect("Secrets.delete"):
            self._state.heed("Secrets.delete")
            secret = self._state.secrets.get(secret_id)
            if secret and names.owner_in(secret.annotations) != owner:
                raise Conflict("Secret {secret} belongs to somebody else.", secret=secret_id)
            self._state.secrets.pop(secret_id, None)

    async def grant(self, project_id: str, secret_id: str, member: str, until: datetime) -> None:
        async with self._fuse.effect("Secrets.grant"):
            self._state.heed("Secrets.grant")
            self._found(secret_id).grants[member] = until

    async def withdraw(self, project_id: str, secret_id: str, member: str) -> None:
        async with self._fuse.effect("Secrets.withdraw"):
            self._state.heed("Secrets.withdraw")
            if secret_id in self._state.secrets:
                self._state.secrets[secret_id].grants.pop(member, None)

    async def add_version(self, project_id: str, secret_id: str, text: str) -> str:
        async with self._fuse.effect("Secrets.add_version"):
            self._state.heed("Secrets.add_version")
            secret = self._found(secret_id)
            secret.added += 1
            secret.versions[str(secret.added)] = text
            return str(secret.added)

    async def destroy_version(self, project_id: str, secret_id: str, version: str) -> None:
        async with self._fuse.effect("Secrets.destroy_version"):
            self._state.heed("Secrets.destroy_version")
            self._found(secret_id).versions.pop(version, None)

    async def prolong(
        self, project_id: str, secret_id: str, annotations: Mapping[str, str], expires_at: datetime
    ) -> None:
        async with self._fuse.effect("Secrets.prolong"):
            self._state.heed("Secrets.prolong")
            secret = self._found(secret_id)
            secret.annotations, secret.expires_at = dict(annotations), expires_at

    async def disable_version(self, project_id: str, secret_id: str, version: str) -> None:
        async with self._fuse.effect("Secrets.disable_version"):
            self._state.heed("Secrets.disable_version")
            if secret_id in self._state.secrets and version in self._state.secrets[secret_id].versions:
                self._state.secrets[secret_id].closed.add(version)

    async def enable_version(self, project_id: str, secret_id: str, version: str) -> bool:
        async with self._fuse.effect("Secrets.enable_version"):
            self._state.heed("Secrets.enable_version")
            if secret_id not in self._state.secrets:
                return False
            self._state.secrets[secret_id].closed.discard(version)
            return version in self._state.secrets[secret_id].versions

    async def destroy_versions(
        self, project_id: str, secret_id: str, *, before: str = "", keep: Collection[str] = ()
    ) -> None:
        async with self._fuse.effect("Secrets.destroy_versions"):
            self._state.heed("Secrets.destroy_versions")
            if secret_id in self._state.secrets:
                versions = self._state.secrets[secret_id].versions
                kept = {
                    n: text for n, text in versions.items() if n in keep or (before and int(n) >= int(before))
                }
                self._state.secrets[secret_id].versions = kept

    def _found(self, secret_id: str) -> Secret:
        if secret_id not in self._state.secrets:
            raise GoogleError("NOT_FOUND", http=404)
        return self._state.secrets[secret_id]
