"""The project: API switched off, wrong name, suspended, deleted, or refused by Google."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.envelope.service import CODE_ASSIST, GEMINI, VERTEX
from bot.diagnosis.error import ApiError
from bot.diagnosis.signs import all_of, any_of, commonly, legacy, matches, reason, says
from bot.languages.words import N_

if TYPE_CHECKING:
    from bot.diagnosis.facts import Facts

# `projects/undefined` and its like resolve to real, suspended projects of strangers, this one for instance.
_STRANGERS = frozenset({"316838101533"})
_PLACEHOLDER = re.compile(
    r"undefined|null|none|nil|nan|default|test|true|false|string|project|"
    r"[<({$%]{1,3}.{0,60}[>)}%]{0,3}|\[.{0,60}(?-i:[A-Z_ ]).{0,60}|"
    r"(your|my|the)?[-_ ]?(gcp|google|cloud|google[-_ ]cloud)?[-_ ]?project([-_ ]?(id|name|number|here))?|"
    r"(your|insert|replace|enter|change)[-_ ].{1,40}",
    re.IGNORECASE,
)
_DENIED = any_of(
    reason("CONSUMER_INVALID"),
    matches(r"permission denied on resource project (?!.{0,80}has been suspended)", "on resource project"),
    says("consumer invalid", "project not found or deleted"),
)
_SUSPENDED = any_of(
    reason("CONSUMER_SUSPENDED"),
    matches(r"\bconsumer:? .{0,120}has been suspended", "suspended"),
    commonly(matches(r"\bproject .{0,120}has been suspended", "suspended")),
)


def project_of(error: ApiError) -> str:
    """Return the bare project id or number of the consumer, empty when unknown."""
    return (error.consumer or "").removeprefix("projects/").strip("\"'` ")


def is_placeholder(error: ApiError) -> bool:
    """Tell whether the project is a name that nobody filled in."""
    names = (project_of(error), project_of(error).strip("[]"))
    return names[0] in _STRANGERS or any(name and _PLACEHOLDER.fullmatch(name) for name in names)


def _service_is_off(facts: Facts) -> str | None:
    return (
        N_("Service Usage says that the API is disabled.")
        if facts.the("service_state", str) != "ENABLED"
        else None
    )


def _project_is_gone(facts: Facts) -> str | None:
    return (
        N_("Resource Manager shows no such project to me.")
        if facts.the("project_state", str) == "NOT_FOUND"
        else None
    )


def _is_being_deleted(facts: Facts) -> str | None:
    if facts.the("project_state", str) == "DELETE_REQUESTED":
        return N_("Resource Manager says that the project is being deleted.")
    return None


def _lists_models_only(facts: Facts) -> str | None:
    if facts.the("models_listed", bool):
        return N_("The project's own key may list models, so the key is fine and the project is refused.")
    return None


SERVICE_DISABLED = Cause(
    id="service-disabled",
    title="{service_title} is switched off in {project}",
    recognise=any_of(
        reason("SERVICE_DISABLED"),
        matches(
            r"api has not been used in project|has not been used in .{0,80} before or it is disabled",
            "been used",
        ),
        matches(
            r"\bapi .{0,60}to be enabled in your (firebase |google cloud )?project|\bapi-not-enabled\b",
            "enabled",
        ),
        legacy("accessNotConfigured"),
    ),
    explain="{service} must be enabled in the project that the call is counted for. With an API key that "
    "is the "
    "key's project; with a login it is the quota project, which may be another one than you think.",
    fix=Fix(
        "Enable {service} in {project}, then wait a few minutes and try again.",
        needs="serviceusage.services.enable",
        effective="a few minutes",
        command="gcloud services enable {service} --project={project}",
    ),
    fixers=(Fixer.BOT, Fixer.PROJECT_OWNER),
    docs="https://docs.cloud.google.com/service-usage/docs/enable-disable",
    usual=Usual(403, "PERMISSION_DENIED", "SERVICE_DISABLED"),
    reads=("service_state",),
    confirm=_service_is_off,
    yields_to=("quota-project-missing",),
    fires_on=(
        ApiError(403, "PERMISSION_DENIED", "SERVICE_DISABLED", service=GEMINI, consumer="projects/123"),
        ApiError(
            403, message="Generative Language API has not been used in project 1 before or it is disabled."
        ),
    ),
)

QUOTA_PROJECT_MISSING = Cause(
    id="quota-project-missing",
    title="Your login names no project to count the call for",
    recognise=any_of(
        says(
            "requires a quota project",
            "quota project, which is not set",
            "end user credentials from google cloud sdk",
        ),
        matches(r"authenticating by using local application default credentials"),
    ),
    explain="Application Default Credentials of a person carry no project, and this API wants one.",
    fix=Fix(
        "Set a quota project for your login, or use an API key instead of the login.",
        command="gcloud auth application-default set-quota-project PROJECT_ID",
    ),
    fixers=(Fixer.REQUESTER,),
    docs="https://docs.cloud.google.com/docs/authentication/adc-troubleshooting/user-creds",
    usual=Usual(403, "PERMISSION_DENIED", "SERVICE_DISABLED"),
    fires_on=(
        ApiError(
            403,
            reason="SERVICE_DISABLED",
            message="Your application is authenticating by using local Application Default Credentials. The "
            "generativelanguage.googleapis.com API requires a quota project, which is not set by default.",
        ),
    ),
)

PLACEHOLDER_PROJECT = Cause(
    id="placeholder-project",
    title="The call names no real project but “{project}”",
    recognise=all_of(any_of(_DENIED, _SUSPENDED), is_placeholder),
    explain="A setting or environment variable was empty or left as in the example, so its placeholder was "
    "sent.",
    fix=Fix("Set the project id, for example in GOOGLE_CLOUD_PROJECT, and start the program again."),
    fixers=(Fixer.REQUESTER,),
    docs="https://docs.cloud.google.com/resource-manager/docs/creating-managing-projects",
    usual=Usual(403, "PERMISSION_DENIED", None, VERTEX),
    fires_on=(
        ApiError(403, reason="CONSUMER_INVALID", consumer="projects/undefined"),
        ApiError(403, reason="CONSUMER_SUSPENDED", consumer="projects/316838101533"),
    ),
)

CONSUMER_SUSPENDED = Cause(
    id="consumer-suspended",
    title="Google has suspended {project}",
    recognise=_SUSPENDED,
    explain="Google blocked the whole project for abuse, billing or terms; the owners were written to. "
    "Another key of "
    "the same project will not work either.",
    fix=Fix(
        "Let the project's owner read Google's e-mail and appeal; meanwhile use another project.",
        effective="days",
    ),
    fixers=(Fixer.PROJECT_OWNER, Fixer.GOOGLE),
    docs="https://docs.cloud.google.com/resource-manager/docs/project-suspension-guidelines",
    usual=Usual(403, "PERMISSION_DENIED", "CONSUMER_SUSPENDED", GEMINI),
    yields_to=("placeholder-project",),
    fires_on=(
        ApiError(403, reason="CONSUMER_SUSPENDED", consumer="projects/578829824020"),
        ApiError(
            403, message="Permission denied: Consumer 'project_number:578829824020' has been suspended."
        ),
    ),
)

PROJECT_DELETE_REQUESTED = Cause(
    id="project-delete-requested",
    title="{project} is being deleted",
    recognise=any_of(
        matches(r"project #\d{1,20} has been deleted", "has been deleted"),
        commonly(
            matches(
                r"project .{0,80}(has been deleted|is pending deletion|(scheduled|marked) for deletion)",
                "deleted",
                "deletion",
            )
        ),
    ),
    explain="A project that is shut down answers nothing. It can be restored for 30 days.",
    fix=Fix(
        "Restore the project within 30 days, or use another one.",
        needs="resourcemanager.projects.undelete",
        effective="a few minutes",
        command="gcloud projects undelete {project}",
    ),
    fixers=(Fixer.PROJECT_OWNER,),
    docs="https://docs.cloud.google.com/resource-manager/docs/creating-managing-projects#restoring_a_project",
    usual=Usual(403, "PERMISSION_DENIED"),
    reads=("project_state",),
    confirm=_is_being_deleted,
    fires_on=(ApiError(403, reason="CONSUMER_INVALID", message="Project #123456 has been deleted."),),
)

CONSUMER_INVALID = Cause(
    id="consumer-invalid",
    title="There is no usable project “{project}”",
    recognise=_DENIED,
    explain="The project is named wrongly (a display name, a bracket, an underscore), was deleted, or is "
    "not visible "
    "to the caller.",
    fix=Fix("Use the project id as the console shows it, or let somebody give you access to the project."),
    fixers=(Fixer.REQUESTER, Fixer.PROJECT_OWNER),
    docs="https://docs.cloud.google.com/resource-manager/docs/creating-managing-projects",
    usual=Usual(403, "PERMISSION_DENIED", "CONSUMER_INVALID", VERTEX),
    reads=("project_state",),
    confirm=_project_is_gone,
    yields_to=("placeholder-project", "project-delete-requested", "consumer-suspended"),
    fires_on=(
        ApiError(403, reason="CONSUMER_INVALID", consumer="projects/My First Project"),
        ApiError(403, message="Permission denied on resource project acme-prod."),
    ),
)

PROJECT_DENIED_ACCESS = Cause(
    id="project-denied-access",
    title="Google has closed the Gemini API for this project",
    recognise=says("project has been denied access", "project was denied access", "project is denied access"),
    explain="Google refuses the whole project: the account or its billing did not pass a check. A new key "
    "will not help.",
    fix=Fix(
        "Check two-step verification, age and billing notices in AI Studio, then write to Cloud Billing "
        "support.",
        effective="days",
    ),
    fixers=(Fixer.PROJECT_OWNER, Fixer.GOOGLE),
    usual=Usual(403, "PERMISSION_DENIED", None, GEMINI),
    reads=("models_listed",),
    confirm=_lists_models_only,
    fires_on=(ApiError(403, message="Your project has been denied access. Please contact support."),),
)

TOS_DISABLED = Cause(
    id="tos-disabled",
    title="Google has switched the service off for this account",
    recognise=any_of(
        says("disabled in this account for violation"),
        commonly(matches(r"violation of (the )?(google )?terms of service", "terms of service")),
    ),
    explain="Google says the account broke the Terms of Service, often by using the Gemini CLI login in "
    "other tools. "
    "API keys of a Cloud project are another way in.",
    fix=Fix(
        "Appeal with the form in the message; meanwhile use an API key instead of the login.",
        effective="days",
    ),
    fixers=(Fixer.REQUESTER, Fixer.GOOGLE),
    usual=Usual(403, "PERMISSION_DENIED", None, CODE_ASSIST),
    fires_on=(
        ApiError(
            403, message="This service has been disabled in this account for violation of Terms of Service."
        ),
    ),
)

GCP_SUSPENDED = Cause(
    id="gcp-suspended",
    title="Google has suspended Google Cloud for this customer",
    recognise=reason("GCP_SUSPENDED"),
    explain="The suspension covers the organization or account, not one project.",
    fix=Fix("Let the organization's administrator contact Google Cloud support.", effective="days"),
    fixers=(Fixer.ORG_ADMIN, Fixer.GOOGLE),
    usual=Usual(403, "PERMISSION_DENIED", "GCP_SUSPENDED"),
    fires_on=(ApiError(403, reason="GCP_SUSPENDED"),),
)


CAUSES = (
    QUOTA_PROJECT_MISSING,
    SERVICE_DISABLED,
    PLACEHOLDER_PROJECT,
    PROJECT_DELETE_REQUESTED,
    CONSUMER_SUSPENDED,
    CONSUMER_INVALID,
    PROJECT_DENIED_ACCESS,
    TOS_DISABLED,
    GCP_SUSPENDED,
)
