"""Edit a secret's IAM policy: one member, two roles, one condition that ends with the key."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.domain.names import MARK

if TYPE_CHECKING:
    from collections.abc import Callable

# Accessor reads the value; the console page also needs secrets.get and versions.list, which viewer has.
ROLES = ("roles/secretmanager.secretAccessor", "roles/secretmanager.viewer")
UNTIL = re.compile(r'request\.time < timestamp\("([^"]+)"\)')


def grant(policy: Any, member: str, until: datetime, now: datetime) -> bool:
    """Give the member both roles until then, drop our own bindings that are over; says if that is new."""
    before = policy.SerializeToString(deterministic=True)
    expression = f'request.time < timestamp("{until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")'
    _take_out(policy, member, lambda b: _ours(b) and b.condition.expression != expression)
    _drop(policy, lambda b: _ours(b) and _over(b, now))
    for role in ROLES:
        if not any(_grants(b, role, member, expression) for b in policy.bindings):
            condition = {"title": MARK, "expression": expression}
            policy.bindings.add(role=role, members=[member], condition=condition)
    return bool(policy.SerializeToString(deterministic=True) != before)


def withdraw(policy: Any, member: str) -> bool:
    """Take the member out of every binding; says if that is new."""
    before = len(policy.SerializeToString(deterministic=True))
    _take_out(policy, member, lambda _: True)
    return len(policy.SerializeToString(deterministic=True)) != before


def may_read(policy: Any, member: str, now: datetime) -> bool:
    """Tell whether the member holds both roles now; a condition that is not ours may hold or not."""
    return all(any(_gives(b, role, member, now) for b in policy.bindings) for role in ROLES)


def _gives(binding: Any, role: str, member: str, now: datetime) -> bool:
    expression = binding.condition.expression
    open_now = not expression or (UNTIL.fullmatch(expression) is not None and not _over(binding, now))
    return binding.role == role and open_now and _holds(binding, member)


def _ours(binding: Any) -> bool:
    return binding.role in ROLES and binding.condition.title == MARK


def _grants(binding: Any, role: str, member: str, expression: str) -> bool:
    return (
        binding.role == role
        and binding.condition.title == MARK
        and binding.condition.expression == expression
        and _holds(binding, member)
    )


def _over(binding: Any, now: datetime) -> bool:
    """Tell whether a binding grants nothing any more (Google keeps it in the policy all the same)."""
    match = UNTIL.fullmatch(binding.condition.expression)
    return match is not None and datetime.fromisoformat(match[1]) <= now


def _holds(binding: Any, member: str) -> bool:
    # Google compares addresses without case and may answer them in another one.
    return member.lower() in (held.lower() for held in binding.members)


def _take_out(policy: Any, member: str, where: Callable[[Any], bool]) -> None:
    for binding in policy.bindings:
        if where(binding) and _holds(binding, member):
            kept = [held for held in binding.members if held.lower() != member.lower()]
            del binding.members[:]
            binding.members.extend(kept)
    _drop(policy, lambda b: not b.members)


def _drop(policy: Any, where: Callable[[Any], bool]) -> None:
    for index in reversed(range(len(policy.bindings))):
        if where(policy.bindings[index]):
            del policy.bindings[index]
