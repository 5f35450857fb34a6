"""TestIamPermissions, which every service with policies answers alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.iam.v1 import iam_policy_pb2

from sandbox.google import iam

if TYPE_CHECKING:
    from sandbox.google.dispatch import Call


def held_by_caller(call: Call, request: Any) -> Any:
    """Answer which of the asked permissions the caller holds on the resource; on an unknown one, none."""
    held = iam.held(
        list(request.permissions),
        call.principal,
        call.resource.policies,
        now=call.now,
        resource_name=call.resource.name,
    )
    return iam_policy_pb2.TestIamPermissionsResponse(permissions=held)
