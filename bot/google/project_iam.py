"""Grants on a whole project, each with a title and an end; only those of our titles are ever touched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.google import iam_policies

if TYPE_CHECKING:
    from bot.google.calls import Calls


GET, SET = "Projects/GetIamPolicy", "Projects/SetIamPolicy"


@dataclass(frozen=True, slots=True)
class ProjectIam:
    """Resource Manager v3, as far as grants go."""

    calls: Calls

    async def grant(self, project_id: str, role: str, member: str, *, until: datetime, title: str) -> None:
        """Let a member have a role until a time; the same title again moves the end."""
        expression = f'request.time < timestamp("{until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")'

        def change(policy: Any) -> bool:
            if _stands(policy, role, member, title, expression):
                return False
            _drop(policy, title)
            policy.bindings.add(
                role=role, members=[member], condition={"title": title, "expression": expression}
            )
            return True

        await iam_policies.edit(self.calls, GET, SET, f"projects/{project_id}", change)

    async def withdraw(self, project_id: str, title: str) -> None:
        """Take the grant of that title away; none there counts as done."""
        resource = f"projects/{project_id}"
        await iam_policies.edit(self.calls, GET, SET, resource, lambda policy: _drop(policy, title))


def _stands(policy: Any, role: str, member: str, title: str, expression: str) -> bool:
    ours = [binding for binding in policy.bindings if binding.condition.title == title]
    wanted = [(role, [member], expression)]
    return [(b.role, list(b.members), b.condition.expression) for b in ours] == wanted


def _drop(policy: Any, title: str) -> bool:
    kept = [binding for binding in policy.bindings if binding.condition.title != title]
    gone = len(policy.bindings) - len(kept)
    del policy.bindings[:]
    policy.bindings.extend(kept)
    return gone > 0
