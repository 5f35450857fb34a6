"""Organization Policy v2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import GoogleError
from bot.provisioning.steps.check_org_policy import ListPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.google.calls import Calls

UNRESTRICTED = ListPolicy(allowed=None, denied=frozenset())


@dataclass(frozen=True, slots=True)
class OrgPolicies:
    """Read what an organization forbids in a project."""

    calls: Calls

    async def list_policy(self, project_id: str, constraint: str) -> ListPolicy:
        """Read a list constraint; what it forbids only under a condition or by a group is not certain."""
        rules = await self._rules(project_id, constraint)
        if any(rule.condition.expression or _grouped(rule.values.allowed_values) for rule in rules):
            return UNRESTRICTED
        allowed = frozenset().union(*(_plain(rule.values.allowed_values) for rule in rules))
        denied = frozenset().union(*(_plain(rule.values.denied_values) for rule in rules))
        return ListPolicy(
            allowed=allowed or None, denied=denied, deny_all=any(rule.deny_all for rule in rules)
        )

    async def enforced(self, project_id: str, constraint: str) -> bool:
        """Read a boolean constraint; a rule under a condition is not certain and does not count."""
        rules = await self._rules(project_id, constraint)
        return any(rule.enforce and not rule.condition.expression for rule in rules)

    async def bindings_blocked(self, project_id: str, constraint: str, service: str) -> bool:
        """Read whether keys for a service may not be bound to service accounts.

        Google lifts the constraint by itself for some services unless an allow list is set, so that without
        one the answer is not certain: raises `GoogleError` UNKNOWN then.
        """
        enforced = [rule for rule in await self._rules(project_id, constraint) if rule.enforce]
        if not enforced:
            return False
        listed = [set(rule.parameters["allowedServices"]) for rule in enforced if _lists_services(rule)]
        if not listed or any(rule.condition.expression for rule in enforced):
            raise GoogleError("UNKNOWN", "The policy leaves it to Google.", permanent=True)
        return not any(service in services for services in listed)

    async def _rules(self, project_id: str, constraint: str) -> list[Any]:
        policy = await self.calls.grpc(
            "OrgPolicy/GetEffectivePolicy", {"name": f"projects/{project_id}/policies/{constraint}"}
        )
        return list(policy.spec.rules)


def _lists_services(rule: Any) -> bool:
    return "allowedServices" in (rule.parameters or {})


def _plain(values: Iterable[str]) -> frozenset[str]:
    return frozenset(value.removeprefix("is:") for value in values)


def _grouped(values: Iterable[str]) -> bool:
    return any(value.startswith(("in:", "under:")) for value in values)
