"""Rules of the organization or its Workspace: perimeters, constraints, switched-off services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.envelope.service import VERTEX
from bot.diagnosis.error import ApiError
from bot.diagnosis.signs import any_of, commonly, matches, reason, says
from bot.languages.words import N_

if TYPE_CHECKING:
    from bot.diagnosis.facts import Facts

_DOC = "https://docs.cloud.google.com/resource-manager/docs/organization-policy/overview"
_ORG = (Fixer.ORG_ADMIN,)
_SOON = N_("a few minutes")


def _denied(name: str | None) -> Usual:
    return Usual(403, "PERMISSION_DENIED", name)


def _is_restricted(facts: Facts) -> str | None:
    if facts.the("service_restricted", bool):
        return N_("The effective policy gcp.restrictServiceUsage leaves the service out.")
    return None


VPC_SC = Cause(
    id="vpc-sc",
    title="A VPC Service Controls perimeter stops the call",
    recognise=any_of(
        reason("SECURITY_POLICY_VIOLATED"),
        says("vpcservicecontrolsuniqueidentifier", "vpc_service_controls", "vpc service controls"),
        matches(r"request is prohibited by organizations? policy"),
    ),
    explain="The project lies inside a perimeter and the call came from outside, or the other way round.",
    fix=Fix(
        "Give the perimeter's administrator the unique identifier {uid} and ask for an ingress or egress "
        "rule.",
        needs="accesscontextmanager.servicePerimeters.update",
        effective=_SOON,
    ),
    fixers=_ORG,
    docs="https://docs.cloud.google.com/vpc-service-controls/docs/troubleshooting",
    usual=_denied("SECURITY_POLICY_VIOLATED"),
    fires_on=(
        ApiError(403, reason="SECURITY_POLICY_VIOLATED", metadata={"uid": "abc"}),
        ApiError(
            403,
            message="Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: x",
        ),
    ),
)

ORG_RESTRICT_SERVICE_USAGE = Cause(
    id="org-restrict-service-usage",
    title="The organization does not allow {service}",
    recognise=any_of(
        reason("RESOURCE_USAGE_RESTRICTION_VIOLATED"),
        says("gcp.restrictserviceusage", "restrictserviceusage constraint"),
        matches(r"request is disallowed by organizations? (org )?policy", "disallowed by"),
    ),
    explain="The constraint gcp.restrictServiceUsage lists the services that may be used, and this one is "
    "not in it.",
    fix=Fix(
        "Allow {service} in gcp.restrictServiceUsage.", needs="orgpolicy.policies.update", effective=_SOON
    ),
    fixers=_ORG,
    docs="https://docs.cloud.google.com/resource-manager/docs/organization-policy/restricting-resources",
    usual=_denied("RESOURCE_USAGE_RESTRICTION_VIOLATED"),
    reads=("service_restricted",),
    confirm=_is_restricted,
    fires_on=(
        ApiError(403, reason="RESOURCE_USAGE_RESTRICTION_VIOLATED"),
        ApiError(
            403,
            message="Request is disallowed by organization's constraints/gcp.restrictServiceUsage "
            "constraint for "
            "'projects/1' attempting to use service 'aiplatform.googleapis.com'.",
        ),
    ),
)

ORG_MODEL_NOT_ALLOWED = Cause(
    id="org-model-not-allowed",
    title="The organization does not allow this model",
    recognise=any_of(
        says("vertexai.allowedmodels", "disallowed gen ai model"), matches(r"vertexai\.allowed\w*model\w*")
    ),
    explain="The constraint vertexai.allowedModels lists the models that may be used.",
    fix=Fix(
        "Use a model from the list, or have this one added.",
        needs="orgpolicy.policies.update",
        effective=_SOON,
    ),
    fixers=(Fixer.REQUESTER, Fixer.ORG_ADMIN),
    docs="https://docs.cloud.google.com/vertex-ai/generative-ai/docs/control-model-access",
    usual=Usual(400, "FAILED_PRECONDITION", None, VERTEX),
    fires_on=(
        ApiError(
            400,
            "FAILED_PRECONDITION",
            message="Organization Policy constraint constraints/vertexai.allowedModels violated for "
            "`projects/1` "
            "attempting to use a disallowed Gen AI model gemini-x.",
        ),
    ),
)

ORG_HEADER = Cause(
    id="org-header",
    title="Your network allows Google calls for certain organizations only",
    recognise=reason("ORG_RESTRICTION_VIOLATION", "ORG_RESTRICTION_HEADER_INVALID"),
    explain="A proxy adds the X-Goog-Allowed-Resources header, and the project is not in its list or the "
    "header is broken.",
    fix=Fix("Have the project's organization added to the proxy's header, or call from another network."),
    fixers=_ORG,
    docs="https://docs.cloud.google.com/resource-manager/docs/organization-restrictions/overview",
    usual=_denied(None),
    fires_on=(
        ApiError(403, reason="ORG_RESTRICTION_VIOLATION"),
        ApiError(400, reason="ORG_RESTRICTION_HEADER_INVALID"),
    ),
)

ORG_LOCATION = Cause(
    id="org-location",
    title="A policy forbids this location or endpoint",
    recognise=any_of(
        reason(
            "LOCATION_POLICY_VIOLATED",
            "LOCATION_ORG_POLICY_VIOLATED",
            "LOCATION_TAX_POLICY_VIOLATED",
            "ENDPOINT_USAGE_RESTRICTION_VIOLATED",
        ),
        matches(r"constraints/gcp\.(resourcelocations|restrictendpointusage)"),
    ),
    explain="The organization, or Google for tax or legal reasons, allows the service in certain locations "
    "only.",
    fix=Fix("Use an allowed region or regional endpoint, or have the policy changed.", effective=_SOON),
    fixers=(Fixer.REQUESTER, Fixer.ORG_ADMIN),
    docs="https://docs.cloud.google.com/resource-manager/docs/organization-policy/defining-locations",
    usual=_denied(None),
    fires_on=(
        ApiError(403, reason="LOCATION_POLICY_VIOLATED"),
        ApiError(403, reason="LOCATION_ORG_POLICY_VIOLATED"),
        ApiError(403, reason="LOCATION_TAX_POLICY_VIOLATED"),
        ApiError(403, reason="ENDPOINT_USAGE_RESTRICTION_VIOLATED"),
    ),
)

ORG_TLS = Cause(
    id="org-tls",
    title="A policy forbids this TLS version or cipher",
    recognise=any_of(
        reason("TLS_ORG_POLICY_VIOLATED", "TLS_CIPHER_RESTRICTION_VIOLATED"),
        matches(r"constraints/gcp\.(restricttlsversion|restricttlsciphersuites)"),
    ),
    explain="The client negotiated an older TLS version or another cipher than the organization allows.",
    fix=Fix("Update the client or its TLS library to TLS 1.2 or newer."),
    fixers=(Fixer.REQUESTER, Fixer.ORG_ADMIN),
    docs="https://docs.cloud.google.com/assured-workloads/docs/restrict-tls-versions",
    usual=_denied(None),
    fires_on=(
        ApiError(403, reason="TLS_ORG_POLICY_VIOLATED"),
        ApiError(403, reason="TLS_CIPHER_RESTRICTION_VIOLATED"),
    ),
)

MEMBER_DOMAIN_BLOCKED = Cause(
    id="member-domain-blocked",
    title="The organization gives access to its own accounts only",
    recognise=any_of(
        says("do not belong to a permitted customer", "allowedpolicymemberdomains", "allowedpolicymembers"),
    ),
    explain="The constraint iam.allowedPolicyMemberDomains forbids granting a role to this account.",
    fix=Fix("Use a corporate account, or have its customer id allowed.", needs="orgpolicy.policies.update"),
    fixers=(Fixer.REQUESTER, Fixer.ORG_ADMIN),
    docs="https://docs.cloud.google.com/resource-manager/docs/organization-policy/restricting-domains",
    usual=Usual(400, "FAILED_PRECONDITION"),
    fires_on=(
        ApiError(400, message="One or more users named in the policy do not belong to a permitted customer."),
    ),
)

WORKSPACE_ADMIN_BLOCK = Cause(
    id="workspace-admin-block",
    title="Your Workspace administrator has switched the service off",
    recognise=any_of(
        reason("USER_BLOCKED_BY_ADMIN"),
        commonly(
            matches(
                r"(turned off|disabled|blocked|not enabled) (for you )?by your "
                r"(workspace |organizations? |domain )?admin",
                "by your",
            ),
            matches(
                r"contact your (workspace |domain )?administrator (to (enable|turn on)|for access)",
                "contact your",
            ),
            matches(r"restricted from using .{1,60} in your organization", "restricted from using"),
        ),
    ),
    explain="In Google Workspace an administrator decides who may use AI Studio and Gemini.",
    fix=Fix("Let the Workspace administrator turn on the service for you.", effective="up to 24 hours"),
    fixers=(Fixer.WORKSPACE_ADMIN,),
    docs="https://support.google.com/a/answer/13623623",
    usual=_denied("USER_BLOCKED_BY_ADMIN"),
    fires_on=(ApiError(403, reason="USER_BLOCKED_BY_ADMIN"),),
)

CAUSES = (
    VPC_SC,
    ORG_RESTRICT_SERVICE_USAGE,
    ORG_MODEL_NOT_ALLOWED,
    ORG_HEADER,
    ORG_LOCATION,
    ORG_TLS,
    MEMBER_DOMAIN_BLOCKED,
    WORKSPACE_ADMIN_BLOCK,
)
