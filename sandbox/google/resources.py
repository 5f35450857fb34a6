"""Find what a request is about: its resource, the project that owns it and the policies that protect it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.google.state import Project, World

_PROJECT = re.compile(r"projects/([^/]+)(?:/(.*))?")
_ACCOUNT = re.compile(r"serviceAccounts/([^/]+)")
_SECRET = re.compile(r"secrets/([^/]+)(?:/.*)?")
_FIELDS = ("name", "parent", "resource")
_NESTED = ("key", "secret")
_CREATED = "project"  # a project that is created is checked on its parent


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: its name by project number, and the policies from itself up to its project."""

    asked: str
    name: str
    project: Project | None = None
    policies: list[Any] = field(default_factory=list)
    known: bool = True


def name_in(request: Any) -> str:
    """Return the resource name a request carries, wherever its message keeps it."""
    for attribute in _FIELDS:
        if value := getattr(request, attribute, ""):
            return str(value)
    for attribute in _NESTED:
        nested: Any = getattr(request, attribute, None)
        if nested is not None and nested.name:
            return str(nested.name)
    created: Any = getattr(request, _CREATED, None)
    return str(created.parent) if created is not None else ""


def find(world: World, name: str) -> Resource:
    """Resolve a resource name; an unknown project or account comes back with `known` False."""
    if name.startswith("billingAccounts/"):
        account = world.billing_accounts.get(name.removeprefix("billingAccounts/"))
        return Resource(name, name, policies=[account.policy] if account else [], known=account is not None)
    if name.startswith("folders/"):
        policy = world.folders.get(name)
        return Resource(name, name, policies=[policy] if policy is not None else [], known=policy is not None)
    found = _PROJECT.fullmatch(name)
    if found is None:
        return Resource(name, name, known=False)
    project_id, rest = found.group(1), found.group(2) or ""
    if project_id == "-":
        return _wildcard(world, name, rest)
    project = world.project(project_id)
    if project is None:
        return Resource(name, name, known=False)
    full_name = f"{project.name}/{rest}" if rest else project.name
    return Resource(name, full_name, project, [*_own_policies(project, rest), project.policy])


def _wildcard(world: World, name: str, rest: str) -> Resource:
    """Resolve projects/-/serviceAccounts/EMAIL: IAM looks for the account in every project."""
    account = _ACCOUNT.fullmatch(rest)
    found = world.service_account(account.group(1)) if account else None
    if found is None:
        return Resource(name, name, known=False)
    project, record = found
    return Resource(name, f"{project.name}/{rest}", project, [record.policy, project.policy])


def _own_policies(project: Project, rest: str) -> list[Any]:
    if found := _SECRET.fullmatch(rest):
        secret = project.secrets.get(found.group(1))
        return [secret.policy] if secret else []
    if found := _ACCOUNT.fullmatch(rest):
        asked = found.group(1)
        accounts = project.service_accounts.values()
        return [a.policy for a in accounts if asked in (a.message.email, a.message.unique_id)]
    return []
