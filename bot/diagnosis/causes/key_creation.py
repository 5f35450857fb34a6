"""Creating keys: not allowed to, or forbidden by the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.error import ApiError
from bot.diagnosis.signs import all_of, any_of, called, commonly, matches, says
from bot.languages.words import N_

if TYPE_CHECKING:
    from bot.diagnosis.facts import Facts

_NO_KEY = matches(
    r"(failed|unable|cannot|could not|couldnt|permissions?) (to )?(create|generate) "
    r"(an? |the |your )?(new )?(gemini )?api ?key|permission to create a key",
    *("create", "generate"),
)
_KEY_CREATION = any_of(
    matches(r"apikeys\.keys\.create\b", "apikeys"),
    commonly(_NO_KEY),
    all_of(_NO_KEY, says("permission")),  # AI Studio's words name nobody
    all_of(
        called("gcloud.services.api-keys.create"),
        any_of(says("caller does not have permission"), matches(r"\) permission_denied\b(?!:)")),
    ),
)


def _binding_is_blocked(facts: Facts) -> str | None:
    if facts.the("binding_blocked", bool):
        return N_("The organization enforces iam.managed.disableServiceAccountApiKeyCreation.")
    return None


def _sa_keys_are_blocked(facts: Facts) -> str | None:
    if facts.the("sa_keys_blocked", bool):
        return N_("The organization enforces iam.disableServiceAccountKeyCreation.")
    return None


KEY_CREATE_DENIED = Cause(
    id="key-create-denied",
    title="You may not create API keys in this project",
    recognise=_KEY_CREATION,
    explain="Making a key takes five permissions on the project, which Editor has. AI Studio says only "
    "“permission "
    "denied”, also when its terms were not accepted or the account is restricted.",
    fix=Fix(
        "Ask for a key here, or let a project owner make you Editor of {project}.",
        needs="apikeys.keys.create",
        effective="2 to 7 minutes",
    ),
    fixers=(Fixer.BOT, Fixer.PROJECT_OWNER),
    docs="https://ai.google.dev/gemini-api/docs/api-key",
    usual=Usual(),
    yields_to=("binding-blocked",),
    fires_on=(
        ApiError(message="Failed to generate API key: permission denied. Please try again."),
        ApiError(
            403, reason="IAM_PERMISSION_DENIED", message="Permission 'apikeys.keys.create' denied on resource"
        ),
    ),
)

BINDING_BLOCKED = Cause(
    id="binding-blocked",
    title="The organization does not let keys be bound to service accounts",
    recognise=any_of(
        matches(
            r"flow_apikey_service_account_binding|disableserviceaccountapikeycreation|serviceaccountapikeybindings",
            "apikey",
        ),
        lambda error: (error.reason or "").startswith("FLOW_APIKEY_SERVICE_ACCOUNT_BINDING"),
    ),
    explain="New Gemini keys are bound to a service account. A policy or a missing role on the account "
    "forbids it here.",
    fix=Fix(
        "Allow generativelanguage.googleapis.com in iam.managed.disableServiceAccountApiKeyCreation, or "
        "grant "
        "roles/iam.serviceAccountApiKeyBindingAdmin on the service account.",
        needs="iam.serviceAccountApiKeyBindings.create",
        effective="a few minutes",
    ),
    fixers=(Fixer.ORG_ADMIN, Fixer.PROJECT_OWNER),
    docs="https://docs.cloud.google.com/docs/authentication/api-keys",
    usual=Usual(400, "FAILED_PRECONDITION", None, "apikeys.googleapis.com"),
    reads=("binding_blocked",),
    confirm=_binding_is_blocked,
    fires_on=(
        ApiError(400, reason="FLOW_APIKEY_SERVICE_ACCOUNT_BINDING_FAILED_PRECONDITION"),
        ApiError(
            400,
            message="Operation denied by org policy "
            "constraints/iam.managed.disableServiceAccountApiKeyCreation",
        ),
    ),
)

SA_KEY_CREATION_BLOCKED = Cause(
    id="sa-key-creation-blocked",
    title="The organization forbids service account JSON keys",
    recognise=matches(
        r"key creation is not allowed on this service account"
        r"|iam\.(managed\.)?disableserviceaccountkey(creation|upload)",
        "key creation",
        "disableserviceaccountkey",
    ),
    explain="That policy is about private key files of service accounts. An API key for Gemini does not "
    "need one.",
    fix=Fix(
        "Use an API key, or attach the service account to the machine instead of downloading a key file."
    ),
    fixers=(Fixer.REQUESTER,),
    docs="https://docs.cloud.google.com/resource-manager/docs/organization-policy/restricting-service-accounts",
    usual=Usual(400, "FAILED_PRECONDITION", None, "iam.googleapis.com"),
    reads=("sa_keys_blocked",),
    confirm=_sa_keys_are_blocked,
    fires_on=(
        ApiError(400, "FAILED_PRECONDITION", message="Key creation is not allowed on this service account."),
    ),
)

CAUSES = (BINDING_BLOCKED, KEY_CREATE_DENIED, SA_KEY_CREATION_BLOCKED)
