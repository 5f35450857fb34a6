"""Find the secret and the version a call is about; expired secrets are gone with all their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.google.errors import failed_precondition, invalid_argument, not_found

if TYPE_CHECKING:
    from sandbox.google.dispatch import Call
    from sandbox.google.state import Project, Secret, SecretVersion


def project_of(call: Call) -> Project:
    """Return the project of a call on global secrets, after dropping its expired secrets."""
    project = call.resource.project
    if project is None:
        raise invalid_argument("The name must be projects/PROJECT/secrets/SECRET.", "name")
    if "/locations/" in call.resource.name:
        raise invalid_argument(
            "Regional secrets are served by secretmanager.LOCATION.rep.googleapis.com.", "name"
        )
    for secret_id, secret in list(project.secrets.items()):
        if secret.message.expire_time and secret.message.expire_time <= call.now:
            del project.secrets[secret_id]
    return project


def find_secret(call: Call) -> Secret:
    """Return the secret a call names, directly or by one of its versions."""
    project = project_of(call)
    rest = call.resource.name.removeprefix(f"{project.name}/secrets/")
    secret = project.secrets.get(rest.partition("/")[0])
    if secret is None:
        raise not_found(f"Secret [{call.resource.name.partition('/versions')[0]}] not found.")
    return secret


def find_version(call: Call) -> SecretVersion:
    """Return the version a call names: by number, by alias, or the latest."""
    secret = find_secret(call)
    asked = call.resource.name.rpartition("/versions/")[2]
    if asked == "latest":
        number = max(secret.versions, default=0)
    else:
        number = int(asked) if asked.isdecimal() else secret.message.version_aliases.get(asked, 0)
    if number not in secret.versions:
        raise not_found(f"Secret Version [{call.resource.name}] not found.")
    return secret.versions[number]


def check_etag(etag: str, message: Any) -> None:
    """Refuse a stale etag (Google: Secret Manager answers FAILED_PRECONDITION where others say ABORTED)."""
    if etag and etag != message.etag:
        raise failed_precondition("The etag does not match the current version of the resource.")
