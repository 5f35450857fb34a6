"""Permissions of a person or service account: missing roles, licences, quota projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.envelope.service import GEMINI
from bot.diagnosis.error import ApiError, Shape
from bot.diagnosis.signs import all_of, any_of, called, legacy, matches, reason, says
from bot.languages.words import N_

if TYPE_CHECKING:
    from bot.diagnosis.facts import Facts

_SOON = N_("2 to 7 minutes")


IAM_PERMISSION_DENIED = Cause(
    id="iam-permission-denied",
    title="The caller lacks {permission}",
    recognise=any_of(
        reason("IAM_PERMISSION_DENIED"),
        matches(r"permission:? [a-z][a-z\-]*\.[a-z0-9.]+ (is )?(denied|required|missing)", "permission"),
        matches(
            r"(does not have|lacks|missing|required) (the )?(required )?(iam )?"
            r"[a-z\-]{2,40}\.[a-z]{2,40}\.[a-z]{2,40} (access|permission)",
            *(" access", " permission"),
        ),
        matches(
            r"missing (or insufficient )?(the )?(required )?(iam )?permissions?:? "
            r"[a-z][a-z\-]*\.[a-z0-9]+\.[a-z]+",
            "missing",
        ),
    ),
    explain="An IAM role is missing, or the resource is named wrongly: Google gives the same answer for "
    "both. Check "
    "project, region and model before asking for a role.",
    fix=Fix(
        "Grant the caller a role with {permission} on {project}; for Vertex AI that is "
        "roles/aiplatform.user.",
        needs="resourcemanager.projects.setIamPolicy",
        effective=_SOON,
        command="gcloud projects add-iam-policy-binding {project} --member=MEMBER "
        "--role=roles/aiplatform.user",
    ),
    fixers=(Fixer.PROJECT_OWNER, Fixer.ORG_ADMIN),
    docs="https://docs.cloud.google.com/iam/docs/permission-error-messages",
    usual=Usual(403, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED"),
    yields_to=(
        "key-create-denied",
        "enable-permission-denied",
        "user-project-denied",
        "model-no-access",
        "secret-access-missing",
    ),
    fires_on=(
        ApiError(403, reason="IAM_PERMISSION_DENIED", domain="aiplatform.googleapis.com"),
        ApiError(
            403, message="Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform' (or"
        ),
    ),
)

ENABLE_PERMISSION_DENIED = Cause(
    id="enable-permission-denied",
    title="The caller may not switch APIs on",
    recognise=any_of(
        reason("AUTH_PERMISSION_DENIED"),
        matches(
            r"permission denied to (enable|disable|list|get) services?"
            r"|not have permission to (enable|activate)",
            *("denied to", "permission to"),
        ),
        matches(r"\bserviceusage\.services\.enable\b", "serviceusage"),
        matches(r"error enabling service.{0,300}caller does not have permission", "error enabling"),
        all_of(called("gcloud.services.enable"), says("caller does not have permission")),
        legacy("AUTH_PERMISSION_DENIED"),
    ),
    explain="Enabling an API needs its own permission on the project, which Editors and Owners have.",
    fix=Fix(
        "Let a project owner enable the API, or grant roles/serviceusage.serviceUsageAdmin on {project}.",
        needs="serviceusage.services.enable",
        effective=_SOON,
    ),
    fixers=(Fixer.PROJECT_OWNER, Fixer.BOT),
    docs="https://docs.cloud.google.com/service-usage/docs/access-control",
    usual=Usual(403, "PERMISSION_DENIED", None, "serviceusage.googleapis.com", sender=True),
    fires_on=(
        ApiError(403, reason="AUTH_PERMISSION_DENIED", domain="serviceusage.googleapis.com"),
        ApiError(403, message="Permission denied to enable service [generativelanguage.googleapis.com]"),
    ),
)

USER_PROJECT_DENIED = Cause(
    id="user-project-denied",
    title="The caller may not have calls counted for {project}",
    recognise=any_of(
        reason("USER_PROJECT_DENIED"),
        says(
            "caller does not have required permission to use project",
            "roles/serviceusage.serviceusageconsumer role",
        ),
        says("serviceusage.services.use"),
    ),
    explain="The call names a project in x-goog-user-project or as quota project, where the caller lacks "
    "serviceusage.services.use.",
    fix=Fix(
        "Grant roles/serviceusage.serviceUsageConsumer on {project}, or do not name that project.",
        needs="resourcemanager.projects.setIamPolicy",
        effective=_SOON,
        command="gcloud projects add-iam-policy-binding {project} --member=MEMBER "
        "--role=roles/serviceusage.serviceUsageConsumer",
    ),
    fixers=(Fixer.PROJECT_OWNER, Fixer.REQUESTER),
    docs="https://docs.cloud.google.com/docs/quotas/set-quota-project",
    usual=Usual(403, "PERMISSION_DENIED", "USER_PROJECT_DENIED"),
    fires_on=(
        ApiError(403, reason="USER_PROJECT_DENIED"),
        ApiError(
            403, message="Caller does not have required permission to use project acme-prod. Grant the caller"
        ),
    ),
)


def _is_generic_denial(error: ApiError) -> bool:
    return error.reason in (None, "ERROR_REASON_UNSPECIFIED", "forbidden") and error.shape is not Shape.HTML


CALLER_NO_PERMISSION = Cause(
    id="caller-no-permission",
    title="Google says only that the caller has no permission",
    recognise=all_of(
        says(
            "caller does not have permission",
            "caller does not have the permission",
            "content: permission denied",
        ),
        _is_generic_denial,
    ),
    explain="This sentence covers several cases: a Gemini CLI login that was restricted, a preview model "
    "that the "
    "project may not use yet, or a missing role. With {service} the key itself is rarely at fault.",
    fix=Fix("Try a stable model with an API key; if that works, the login or the preview model is refused."),
    fixers=(Fixer.REQUESTER, Fixer.PROJECT_OWNER, Fixer.GOOGLE),
    usual=Usual(403, "PERMISSION_DENIED", None, GEMINI),
    yields_to=(
        "iam-permission-denied",
        "enable-permission-denied",
        "key-create-denied",
        "secret-access-missing",
    ),
    fires_on=(
        ApiError(403, "PERMISSION_DENIED", message="The caller does not have permission"),
        ApiError(403, message="The caller does not have permission", legacy_reasons=("forbidden",)),
    ),
)


def _may_not_read_secret(facts: Facts) -> str | None:
    if facts.the("secret_access", bool):
        return None
    return N_("The secret's IAM policy grants you no access that is still valid.")


SECRET_ACCESS_MISSING = Cause(
    id="secret-access-missing",
    title="You may not read the secret that holds your key",
    recognise=any_of(
        matches(r"\bsecretmanager\.(versions\.(access|list)|secrets\.get)\b", "secretmanager."),
        all_of(called("gcloud.secrets.versions.access"), says("caller does not have permission")),
    ),
    explain="The grant on the secret has ended, or somebody took it away. The key itself may still be good.",
    fix=Fix(
        "Grant you access to the secret again until the key expires.",
        needs="secretmanager.secrets.setIamPolicy",
        effective=_SOON,
    ),
    fixers=(Fixer.BOT, Fixer.PROJECT_OWNER),
    docs="https://docs.cloud.google.com/secret-manager/docs/manage-access-to-secrets",
    usual=Usual(403, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED", "secretmanager.googleapis.com"),
    reads=("secret_access",),
    confirm=_may_not_read_secret,
    fires_on=(
        ApiError(403, message="Permission 'secretmanager.versions.access' denied for resource 'projects/1'"),
    ),
)

CAUSES = (
    SECRET_ACCESS_MISSING,
    ENABLE_PERMISSION_DENIED,
    USER_PROJECT_DENIED,
    IAM_PERMISSION_DENIED,
    CALLER_NO_PERMISSION,
)
