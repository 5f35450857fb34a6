"""Know the organization policy constraints of the company and what they amount to in a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.cloud.orgpolicy_v2.types import PolicySpec

if TYPE_CHECKING:
    from sandbox.google.state import Project

BLOCK_KEY_BINDINGS = "iam.managed.disableServiceAccountApiKeyCreation"
BLOCK_ACCOUNTS = "iam.disableServiceAccountCreation"

# What holds where a project says nothing of its own.
DEFAULTS: dict[str, dict[str, Any]] = {
    BLOCK_KEY_BINDINGS: {"enforce": True},
    BLOCK_ACCOUNTS: {"enforce": False},
    "iam.disableServiceAccountKeyCreation": {"enforce": True},
    "iam.allowedPolicyMemberDomains": {"values": {"allowed_values": ["C0acme"]}},
    "gcp.restrictServiceUsage": {"allow_all": True},
    "vertexai.allowedModels": {"allow_all": True},
}


def effective_rules(project: Project, constraint: str) -> list[Any]:
    """Return the rules in force: the project's own policy, else the inherited default."""
    own = project.org_policies.get(constraint)
    spec = own.spec if own is not None else PolicySpec(rules=[DEFAULTS[constraint]])
    return list(spec.rules)


def enforced(project: Project, constraint: str) -> bool:
    """Tell whether a boolean constraint holds in a project."""
    return any(rule.enforce for rule in effective_rules(project, constraint))
