"""What the bot has made at Google, read from the small cloud's own state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from google.cloud.secretmanager_v1.types import SecretVersion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.google.state import Project, Secret, World

REQUEST = "gemini-key-bot-request"
TEAM = "T0ACME/"


@dataclass(frozen=True, slots=True)
class Thing:
    """One key, secret or binding, and the request that its annotation names ("" without one)."""

    kind: str
    project: str
    name: str
    request: str
    member: str = ""
    condition: str = ""


def of(world: World) -> list[Thing]:
    """List every live key, secret and binding on a secret."""
    return [thing for project in world.projects.values() for thing in _of_project(project)]


def readable_versions(secret: Secret) -> list[bytes]:
    """List the payloads that can still be read."""
    enabled = SecretVersion.State.ENABLED
    return [version.data for version in secret.versions.values() if version.message.state == enabled]


def _of_project(project: Project) -> Iterator[Thing]:
    for key in project.keys.values():
        if not key.deleted:
            yield Thing("key", project.project_id, key.key_id, _request(key.message.annotations))
    for secret in project.secrets.values():
        request = _request(secret.message.annotations)
        yield Thing("secret", project.project_id, secret.secret_id, request)
        for binding in secret.policy.bindings:
            for member in binding.members:
                yield Thing(
                    "binding",
                    project.project_id,
                    f"{secret.secret_id}: {binding.role}",
                    request,
                    member,
                    binding.condition.expression,
                )


def _request(annotations: object) -> str:
    owner = dict(annotations).get(REQUEST, "")  # type: ignore[call-overload]
    return str(owner).removeprefix(TEAM) if str(owner).startswith(TEAM) else ""
