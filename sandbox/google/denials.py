"""Refuse for want of a permission, in each service's own words."""

from __future__ import annotations

from sandbox.google.errors import Refusal, error_info, precondition
from sandbox.google.tables import api_of

_FOR = "Permission '{permission}' denied for resource '{asked}' (or it may not exist)."
_ON = "Permission '{permission}' denied on resource '//{host}/{asked}' (or it may not exist)."
_WORDS = {
    "secretmanager.googleapis.com": _FOR,
    "cloudresourcemanager.googleapis.com": _ON,
    "apikeys.googleapis.com": _ON,
    "orgpolicy.googleapis.com": _ON,
    "iam.googleapis.com": "Permission '{permission}' denied on resource (or it may not exist).",
    "monitoring.googleapis.com": "Permission {permission} denied (or the resource may not exist).",
    "cloudbilling.googleapis.com": "The caller does not have permission",
    "serviceusage.googleapis.com": "Permission denied for {permission} on [{asked}]",
}


def permission_denied(service: str, permission: str, asked: str) -> Refusal:
    """Say that the caller lacks `permission` on `asked`; the reason is IAM_PERMISSION_DENIED."""
    host = api_of(service).host
    if permission == "serviceusage.services.enable":
        return _enable_denied(asked)
    message = _WORDS[host].format(permission=permission, asked=asked, host=host)
    return Refusal(
        "PERMISSION_DENIED",
        message,
        error_info("IAM_PERMISSION_DENIED", host, permission=permission, resource=asked),
    )


def _enable_denied(asked: str) -> Refusal:
    """Service Usage answers Enable with a reason of its own and a PreconditionFailure 110002."""
    service = asked.rsplit("/", 1)[-1]
    return Refusal(
        "PERMISSION_DENIED",
        f"Permission denied to enable service [{service}]",
        precondition("googleapis.com", "110002"),
        error_info("AUTH_PERMISSION_DENIED", "serviceusage.googleapis.com", service=service),
    )
