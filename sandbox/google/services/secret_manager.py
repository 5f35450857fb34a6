"""Secret Manager v1, global secrets: secrets and the policies on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.cloud.secretmanager_v1.types import ListSecretsResponse
from google.cloud.secretmanager_v1.types import Secret as SecretMessage
from google.iam.v1 import iam_policy_pb2
from google.protobuf import empty_pb2

from sandbox.google import iam
from sandbox.google.errors import already_exists, invalid_argument
from sandbox.google.names import new_etag, page
from sandbox.google.services.held import held_by_caller
from sandbox.google.services.secret_rules import (
    check_aliases,
    check_annotations,
    check_labels,
    check_secret_id,
    expiry,
)
from sandbox.google.services.secret_store import check_etag, find_secret, project_of
from sandbox.google.services.secret_versions import SecretVersions
from sandbox.google.state import Secret

if TYPE_CHECKING:
    from sandbox.google.dispatch import Call

MUTABLE = frozenset({"labels", "annotations", "expire_time", "ttl", "version_aliases", "etag"})


class SecretManager(SecretVersions):
    """Serve google.cloud.secretmanager.v1.SecretManagerService."""

    SERVICE = "google.cloud.secretmanager.v1.SecretManagerService"

    def create_secret(self, call: Call, request: Any) -> Any:
        """Create an empty secret; a global one must say how it is replicated."""
        project = project_of(call)
        check_secret_id(request.secret_id)
        asked = request.secret
        if "automatic" not in asked.replication and "user_managed" not in asked.replication:
            raise invalid_argument(
                "The secret.replication must be provided for a global secret.", "secret.replication"
            )
        check_labels(asked.labels)
        check_annotations(asked.annotations)
        expires = expiry(asked, call.now)
        name = f"{project.name}/secrets/{request.secret_id}"
        if request.secret_id in project.secrets:
            raise already_exists(f"Secret [{name}] already exists.")
        message: Any = SecretMessage(
            name=name,
            replication=asked.replication,
            labels=asked.labels,
            annotations=asked.annotations,
            create_time=call.now,
            etag=new_etag(),
        )
        if expires:
            message.expire_time = expires
        project.secrets[request.secret_id] = Secret(request.secret_id, message)
        return SecretMessage(message)

    def get_secret(self, call: Call, request: Any) -> Any:
        """Return a secret's metadata."""
        return SecretMessage(find_secret(call).message)

    def list_secrets(self, call: Call, request: Any) -> Any:
        """List a project's secrets; filters: labels.KEY=VALUE and name:PART, joined by AND."""
        secrets = sorted(project_of(call).secrets.values(), key=lambda secret: secret.secret_id)
        terms = [term.strip() for term in request.filter.split(" AND ") if term.strip()]
        seen = [secret.message for secret in secrets if all(_matches(secret.message, term) for term in terms)]
        chosen, token = page(seen, request.page_size, request.page_token, default=25, most=25_000)
        return ListSecretsResponse(secrets=chosen, next_page_token=token, total_size=len(seen))

    def update_secret(self, call: Call, request: Any) -> Any:
        """Change the masked metadata of a secret."""
        secret, asked = find_secret(call), request.secret
        paths = set(request.update_mask.paths)
        if not paths or not paths <= MUTABLE:
            raise invalid_argument(f"The update mask may hold {sorted(MUTABLE)}.", "update_mask")
        check_etag(asked.etag, secret.message)
        check_labels(asked.labels)
        check_annotations(asked.annotations)
        check_aliases(asked.version_aliases, secret.versions)
        if paths & {"expire_time", "ttl"}:
            secret.message.expire_time = expiry(asked, call.now)
        for path in paths - {"expire_time", "ttl", "etag"}:
            setattr(secret.message, path, getattr(asked, path))
        secret.message.etag = new_etag()
        return SecretMessage(secret.message)

    def delete_secret(self, call: Call, request: Any) -> Any:
        """Delete a secret and all its versions for good."""
        secret = find_secret(call)
        check_etag(request.etag, secret.message)
        del project_of(call).secrets[secret.secret_id]
        return empty_pb2.Empty()

    def get_iam_policy(self, call: Call, request: Any) -> Any:
        """Return the policy on the secret itself."""
        return iam.read_policy(find_secret(call).policy, request.options.requested_policy_version)

    def set_iam_policy(self, call: Call, request: Any) -> Any:
        """Replace the policy on the secret."""
        secret = find_secret(call)
        secret.policy = iam.write_policy(self._world, secret.policy, request.policy)
        return iam.read_policy(secret.policy, iam.CONDITIONS_VERSION)

    def test_iam_permissions(self, call: Call, request: Any) -> Any:
        """Answer which of the asked permissions the caller holds on the secret; on none there, none."""
        if call.resource.name.rpartition("/")[2] not in project_of(call).secrets:
            return iam_policy_pb2.TestIamPermissionsResponse()
        return held_by_caller(call, request)


def _matches(message: Any, term: str) -> bool:
    if term.startswith("labels."):
        key, _, value = term.removeprefix("labels.").partition("=")
        return bool(message.labels.get(key) == value.strip('"'))
    if term.startswith("name:"):
        return term.removeprefix("name:").strip('"') in message.name
    raise invalid_argument(f"Filter term {term!r} is not supported.", "filter")
