"""Decide whether a key may be bound to a service account: existence, permission, organization policy.

Google: iam.managed.disableServiceAccountApiKeyCreation is enforced by default; a key restricted to the Gemini
API alone may be bound nevertheless, unless the policy lists the allowed services and leaves it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.google import iam
from sandbox.google.errors import Refusal, error_info, failed_precondition, invalid_argument
from sandbox.google.services.catalogue import GEMINI
from sandbox.google.services.constraints import BLOCK_KEY_BINDINGS, effective_rules

if TYPE_CHECKING:
    from sandbox.google.dispatch import Call
    from sandbox.google.state import Project, World

PERMISSION = "iam.serviceAccountApiKeyBindings.create"
DOMAIN = "apikeys.googleapis.com"


def check_binding(world: World, call: Call, project: Project, key: Any, email: str) -> str:
    """Return the unique id of the account to bind to, or refuse."""
    account = world.visible_service_account(email)
    owner = world.service_account(email)
    if account is None or owner is None:
        raise invalid_argument(f"Service account {email} does not exist.", "key.service_account_email")
    policies = [account.policy, owner[0].policy]
    name = f"{owner[0].name}/serviceAccounts/{email}"
    if not iam.granted(PERMISSION, call.principal, policies, now=call.now, resource_name=name):
        raise _permission_error(email)
    targets = {target.service.lower() for target in key.restrictions.api_targets}
    if not _policy_allows(project, targets):
        raise _policy_error(project)
    return str(account.message.unique_id)


def _permission_error(email: str) -> Refusal:
    return Refusal(
        "PERMISSION_DENIED",
        f"Permission '{PERMISSION}' denied on service account {email} (or it may not exist).",
        error_info(
            "FLOW_APIKEY_SERVICE_ACCOUNT_BINDING_PERMISSION_ERROR",
            DOMAIN,
            permission=PERMISSION,
            serviceAccount=email,
        ),
    )


def _policy_error(project: Project) -> Refusal:
    return failed_precondition(
        "Organization policy constraint iam.managed.disableServiceAccountApiKeyCreation does not allow "
        "binding this API key to a service account.",
        error_info(
            "FLOW_APIKEY_SERVICE_ACCOUNT_BINDING_FAILED_PRECONDITION",
            DOMAIN,
            constraint=f"constraints/{BLOCK_KEY_BINDINGS}",
            consumer=project.name,
        ),
    )


def _policy_allows(project: Project, targets: set[str]) -> bool:
    for rule in effective_rules(project, BLOCK_KEY_BINDINGS):
        if not rule.enforce:
            continue
        listed = (rule.parameters or {}).get("allowedServices", [GEMINI])
        if not targets or not targets <= set(listed):
            return False
    return True
