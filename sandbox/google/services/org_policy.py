"""Organization Policy v2: read a project's own and effective policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.cloud.orgpolicy_v2.types import Policy, PolicySpec

from sandbox.google.errors import invalid_argument, not_found
from sandbox.google.services.constraints import DEFAULTS, effective_rules

if TYPE_CHECKING:
    from sandbox.google.dispatch import Call
    from sandbox.google.state import Project


class OrgPolicy:
    """Serve google.cloud.orgpolicy.v2.OrgPolicy for projects."""

    SERVICE = "google.cloud.orgpolicy.v2.OrgPolicy"

    def get_policy(self, call: Call, request: Any) -> Any:
        """Return the policy set on the project itself."""
        project, constraint = _asked(call)
        own = project.org_policies.get(constraint)
        if own is None:
            raise not_found(f"Policy {call.resource.name} was not found.")
        return Policy(own)

    def get_effective_policy(self, call: Call, request: Any) -> Any:
        """Return what is in force after inheritance; such a policy has no etag and no update time."""
        project, constraint = _asked(call)
        return Policy(name=call.resource.name, spec=PolicySpec(rules=effective_rules(project, constraint)))


def _asked(call: Call) -> tuple[Project, str]:
    project = call.resource.project
    head, _, constraint = call.resource.name.partition("/policies/")
    if project is None or head != project.name:
        raise invalid_argument("The name must be projects/PROJECT/policies/CONSTRAINT.", "name")
    if constraint not in DEFAULTS:
        raise not_found(f"Constraint constraints/{constraint} does not exist.")
    return project, constraint
