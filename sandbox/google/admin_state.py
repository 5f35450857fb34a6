"""Show the whole cloud as JSON, without a single key text or payload."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from google.protobuf import json_format

from sandbox.google.operations import raw

if TYPE_CHECKING:
    from sandbox.google.state import ApiKey, Project, Secret, ServiceAccount, World


def state_of(world: World) -> dict[str, Any]:
    """Return projects and billing accounts with everything in them."""
    return {
        "projects": [_project(project) for project in world.projects.values()],
        "billing_accounts": [
            {"name": a.name, "display_name": a.display_name, "open": a.open, "link_limit": a.link_limit}
            for a in world.billing_accounts.values()
        ],
        "switches": {
            "operation_carries_key_string": world.switches.operation_carries_key_string,
            "standard_keys_refused": world.switches.standard_keys_refused,
        },
    }


def _project(project: Project) -> dict[str, Any]:
    return {
        "project_id": project.project_id,
        "number": str(project.number),
        "display_name": project.message.display_name,
        "state": project.message.state.name,
        "labels": dict(project.message.labels),
        "billing_account": project.billing_account,
        "services": sorted(project.services),
        "trouble": asdict(project.trouble),
        "bindings": _bindings(project.policy),
        "org_policies": {name: json(policy) for name, policy in project.org_policies.items()},
        "keys": [_key(key) for key in project.keys.values()],
        "secrets": [_secret(secret) for secret in project.secrets.values()],
        "service_accounts": [_account(account) for account in project.service_accounts.values()],
    }


def _key(key: ApiKey) -> dict[str, Any]:
    flags = {name: getattr(key, name) for name in ("leaked", "suspended", "expired", "deleted")}
    return {**json(key.message), "serviceAccountEmail": key.service_account_email, **flags}


def _secret(secret: Secret) -> dict[str, Any]:
    versions = [json(version.message) for version in secret.versions.values()]
    return {**json(secret.message), "versions": versions, "bindings": _bindings(secret.policy)}


def _account(account: ServiceAccount) -> dict[str, Any]:
    return {
        "email": account.message.email,
        "unique_id": account.message.unique_id,
        "display_name": account.message.display_name,
        "disabled": account.message.disabled,
        "bindings": _bindings(account.policy),
    }


def _bindings(policy: Any) -> list[dict[str, Any]]:
    return [
        {"role": b.role, "members": list(b.members), "condition": b.condition.expression}
        for b in policy.bindings
    ]


def json(message: Any) -> dict[str, Any]:
    """Turn one of Google's messages into JSON."""
    document: dict[str, Any] = json_format.MessageToDict(raw(message))
    return document
