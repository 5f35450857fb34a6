"""Decide who may do what: policies along a resource's ancestry, and the rules of reading and writing them."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from google.iam.v1 import policy_pb2

from sandbox.google.conditions import holds
from sandbox.google.errors import Refusal, failed_precondition, invalid_argument, precondition
from sandbox.google.roles import BASIC, PERMISSIONS, ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sandbox.google.principals import Principal
    from sandbox.google.state import World

CONDITIONS_VERSION = 3


def granted(
    permission: str,
    principal: Principal,
    policies: Iterable[Any],
    *,
    now: datetime,
    resource_name: str,
    modified: frozenset[str] = frozenset(),
) -> bool:
    """Say whether any binding of any of these policies gives the permission to the principal now."""
    return any(
        permission in ROLES.get(binding.role, ())
        and _names(binding.members, principal)
        and holds(binding.condition.expression, now=now, resource_name=resource_name, modified=modified)
        for policy in policies
        for binding in policy.bindings
    )


def modified_roles(before: Any, after: Any) -> frozenset[str]:
    """Name the roles whose grants differ between two policies."""

    def grants(policy: Any) -> set[tuple[str, str, bytes]]:
        return {
            (binding.role, member, binding.condition.SerializeToString(deterministic=True))
            for binding in policy.bindings
            for member in binding.members
        }

    return frozenset(role for role, _, _ in grants(before) ^ grants(after))


def _names(members: Iterable[str], principal: Principal) -> bool:
    domain = principal.email.partition("@")[2]
    accepted = {principal.member, "allUsers", "allAuthenticatedUsers"}
    if principal.kind == "user":
        accepted.add(f"domain:{domain}")
    return bool(accepted.intersection(members))


def read_policy(policy: Any, requested_version: int) -> Any:
    """Return the policy as a caller of this version may see it: below 3, conditions are cut off.

    Google: bindings with conditions come back with `_withcond_<hash>` behind the role's name.
    """
    if requested_version not in (0, 1, CONDITIONS_VERSION):
        raise invalid_argument(f"Requested policy version must be 0, 1, or 3; was {requested_version}.")
    answer = policy_pb2.Policy()
    answer.CopyFrom(policy)
    answer.etag = answer.etag or b"\x00\x01"
    if _conditional(answer) and requested_version < CONDITIONS_VERSION:
        answer.version = 1
        for binding in answer.bindings:
            if binding.condition.expression:
                digest = hashlib.sha256(binding.condition.SerializeToString()).hexdigest()[:20]
                binding.role = f"{binding.role}_withcond_{digest}"
                binding.ClearField("condition")
    return answer


def write_policy(world: World, current: Any, wanted: Any) -> Any:
    """Check a new policy against the current one and return what is stored.

    A stale etag is ABORTED; without one the last writer wins, even over conditions (Google: policy.proto).
    """
    if wanted.etag and wanted.etag != (current.etag or b"\x00\x01"):
        raise Refusal(
            "ABORTED", "There were concurrent policy changes. Please retry the whole read-modify-write."
        )
    if wanted.version not in (0, 1, CONDITIONS_VERSION):
        raise invalid_argument(f"Policy version {wanted.version} is not supported.", "policy.version")
    touches_conditions = _conditional(wanted) or (wanted.etag and _conditional(current))
    if touches_conditions and wanted.version < CONDITIONS_VERSION:
        raise invalid_argument(
            "The policy contains conditional bindings; version 3 is required.", "policy.version"
        )
    for binding in wanted.bindings:
        _check_binding(world, binding)
    stored = policy_pb2.Policy()
    stored.CopyFrom(wanted)
    del stored.bindings[:]
    stored.bindings.extend(binding for binding in wanted.bindings if binding.members)
    stored.etag = secrets.token_bytes(8)
    stored.version = CONDITIONS_VERSION if _conditional(stored) else 1
    return stored


def _conditional(policy: Any) -> bool:
    return any(binding.condition.expression for binding in policy.bindings)


def _check_binding(world: World, binding: Any) -> None:
    if binding.role not in ROLES:
        raise invalid_argument(
            f"Role {binding.role} is not supported for this resource.", "policy.bindings.role"
        )
    if binding.role in BASIC and binding.condition.expression:
        raise invalid_argument(
            f"Conditions can't be set on basic role {binding.role}.", "policy.bindings.condition"
        )
    for member in binding.members:
        _check_member(world, member)


def _check_member(world: World, member: str) -> None:
    if member in ("allUsers", "allAuthenticatedUsers"):
        return
    kind, _, email = member.partition(":")
    if kind == "user":
        _check_person(world, email)
    elif kind == "serviceAccount":
        if world.visible_service_account(email) is None:
            raise invalid_argument(f"Service account {email} does not exist.", "policy.bindings.member")
    elif kind in ("group", "domain"):
        if kind == "group" or email not in world.switches.permitted_domains:
            raise invalid_argument(f"{kind.capitalize()} {email} does not exist.", "policy.bindings.member")
    else:
        raise invalid_argument(f"Invalid member {member}.", "policy.bindings.member")


def _check_person(world: World, email: str) -> None:
    if email not in world.people:
        raise invalid_argument(f"User {email} does not exist.", "policy.bindings.member")
    if email.partition("@")[2] not in world.switches.permitted_domains:
        constraint = "constraints/iam.allowedPolicyMemberDomains"
        raise failed_precondition(
            "One or more users named in the policy do not belong to a permitted customer, "
            "perhaps due to an organization policy.",
            precondition(constraint, email),
        )


def held(
    asked: Iterable[str], principal: Principal, policies: list[Any], *, now: datetime, resource_name: str
) -> list[str]:
    """Answer TestIamPermissions: the asked permissions which the caller holds."""
    for permission in asked:
        if "*" in permission or permission.count(".") < 2:  # noqa: PLR2004 - service.resource.verb
            raise invalid_argument(f"Permission {permission} is not valid for this resource.", "permissions")
    return [
        permission
        for permission in asked
        if permission in PERMISSIONS
        and granted(permission, principal, policies, now=now, resource_name=resource_name)
    ]
