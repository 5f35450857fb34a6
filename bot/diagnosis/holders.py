"""Who can carry a fix out: the people whose roles hold the permission that it needs."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_OWNER, _EDITOR = "roles/owner", "roles/editor"
_KEYS = frozenset({_OWNER, _EDITOR, "roles/serviceusage.apiKeysAdmin"})
_ACCOUNTS = frozenset({_OWNER, _EDITOR, "roles/iam.serviceAccountAdmin"})

# Google's predefined roles that hold a permission on a project.
ROLES_WITH: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "apikeys.keys.create": _KEYS,
        "apikeys.keys.update": _KEYS,
        "apikeys.keys.undelete": _KEYS,
        "iam.serviceAccounts.create": _ACCOUNTS | {"roles/iam.serviceAccountCreator"},
        "iam.serviceAccounts.enable": _ACCOUNTS,
        "iam.serviceAccountApiKeyBindings.create": _ACCOUNTS | {"roles/iam.serviceAccountApiKeyBindingAdmin"},
        "resourcemanager.projects.get": frozenset(
            {
                _OWNER,
                _EDITOR,
                "roles/viewer",
                "roles/browser",
                "roles/secretmanager.admin",
                "roles/resourcemanager.projectIamAdmin",
            }
        ),
        "resourcemanager.projects.createBillingAssignment": frozenset(
            {_OWNER, "roles/billing.projectManager", "roles/billing.admin"}
        ),
        "resourcemanager.projects.setIamPolicy": frozenset(
            {_OWNER, "roles/resourcemanager.projectIamAdmin", "roles/iam.securityAdmin"}
        ),
        "resourcemanager.projects.undelete": frozenset({_OWNER}),
        "secretmanager.secrets.setIamPolicy": frozenset(
            {_OWNER, "roles/secretmanager.admin", "roles/iam.securityAdmin"}
        ),
        "serviceusage.services.enable": frozenset({_OWNER, _EDITOR, "roles/serviceusage.serviceUsageAdmin"}),
    }
)
_PEOPLE = ("user:", "group:")


def roles_for(permissions: Iterable[str]) -> frozenset[str]:
    """List the roles of which one is enough for at least one of these permissions."""
    return frozenset().union(*(ROLES_WITH.get(permission, frozenset()) for permission in permissions))


def holders(grants: Iterable[tuple[str, str]], permission: str) -> tuple[str, ...]:
    """Name the people and groups, by their addresses, whom these (role, member) grants give a permission."""
    roles = ROLES_WITH.get(permission, frozenset())
    able = (member for role, member in grants if role in roles and member.startswith(_PEOPLE))
    return tuple(dict.fromkeys(member.partition(":")[2] for member in able))
