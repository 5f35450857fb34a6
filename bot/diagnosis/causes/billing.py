"""Money: billing not linked, overdue, needed first, or at its limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.error import ApiError
from bot.diagnosis.signs import any_of, commonly, matches, reason, says
from bot.languages.words import N_

if TYPE_CHECKING:
    from bot.diagnosis.facts import Facts

_DOC = "https://docs.cloud.google.com/billing/docs/how-to/modify-project"
_LINK = "gcloud billing projects link {project} --billing-account=BILLING_ACCOUNT_ID"
_NOT_FOUND = ("UREQ_PROJECT_BILLING_NOT_FOUND", "UREQ_PROJECT_BILLING_NOT_OPEN")


def _is_off(facts: Facts) -> str | None:
    if not facts.the("billing_enabled", bool):
        return N_("Cloud Billing says that billing is off for this project.")
    return None


def _account_is_closed(facts: Facts) -> str | None:
    if not facts.the("billing_account_open", bool):
        return N_("Cloud Billing says that the linked billing account is closed.")
    return None


BILLING_DISABLED = Cause(
    id="billing-disabled",
    title="Billing is off in {project}",
    recognise=any_of(
        reason("BILLING_DISABLED"),
        says(
            "requires billing to be enabled",
            "please enable billing on project",
            "billing is disabled for project",
            "only accessible to billed users",
        ),
        matches(r"billing account for [^.\n]{1,60} is (?:disabled|closed)", "billing"),
        commonly(
            matches(
                r"has billing disabled|billing is not enabled"
                r"|billing (has not been|is not|must be) enabled (on|for|in) (your |this |the )?project",
                "billing",
            )
        ),
    ),
    explain="{service} needs a project with an open billing account linked to it.",
    fix=Fix(
        "Link an open billing account to {project}.",
        needs="resourcemanager.projects.createBillingAssignment",
        effective="a few minutes",
        command=_LINK,
    ),
    fixers=(Fixer.PROJECT_OWNER, Fixer.BILLING_ADMIN, Fixer.BOT),
    docs=_DOC,
    usual=Usual(403, "PERMISSION_DENIED", "BILLING_DISABLED"),
    reads=("billing_enabled",),
    confirm=_is_off,
    fires_on=(
        ApiError(403, "PERMISSION_DENIED", "BILLING_DISABLED", consumer="projects/123"),
        ApiError(
            403, message="This API method requires billing to be enabled. Please enable billing on project #1"
        ),
    ),
    yields_to=("billing-required-to-enable",),
)

BILLING_DUNNING_HOLD = Cause(
    id="billing-dunning-hold",
    title="Google holds {project} back because of an unpaid bill",
    recognise=matches(r"dunning"),
    explain="A payment is overdue or was declined. Billing may still look enabled while Google denies calls.",
    fix=Fix("Settle the open payment of the billing account, then wait.", effective="some hours"),
    fixers=(Fixer.BILLING_ADMIN,),
    docs="https://docs.cloud.google.com/billing/docs/how-to/resolve-issues",
    usual=Usual(403, "PERMISSION_DENIED"),
    reads=("billing_account_open",),
    confirm=_account_is_closed,
    fires_on=(ApiError(403, message="Lightning dunning decision is deny for project: projects/123"),),
)

BILLING_REQUIRED_TO_ENABLE = Cause(
    id="billing-required-to-enable",
    title="The API can be switched on only in a project with billing",
    recognise=any_of(
        reason(*_NOT_FOUND),
        matches(r"ureq_project_billing_not_(found|open)"),
        says("billing must be enabled for activation of service"),
        matches(r"billing account for project .{0,80} is not (found|open)"),
    ),
    explain="Service Usage refuses to enable a paid service while no open billing account is linked.",
    fix=Fix(
        "Link an open billing account to {project} first, then enable the API.",
        needs="resourcemanager.projects.createBillingAssignment",
        effective="a few minutes",
        command=_LINK,
    ),
    fixers=(Fixer.PROJECT_OWNER, Fixer.BILLING_ADMIN),
    docs=_DOC,
    usual=Usual(400, "FAILED_PRECONDITION", None, "serviceusage.googleapis.com", sender=True),
    reads=("billing_enabled",),
    confirm=_is_off,
    fires_on=(
        ApiError(400, "FAILED_PRECONDITION", "UREQ_PROJECT_BILLING_NOT_FOUND"),
        ApiError(
            400, message="Billing account for project '1' is not open. Billing must be enabled for activation"
        ),
    ),
)

BILLING_LINK_QUOTA = Cause(
    id="billing-link-quota",
    title="This billing account may not be linked to more projects",
    recognise=says("cloud billing quota exceeded", "billing_quota_increase"),
    explain="A new billing account may be linked to about five projects.",
    fix=Fix("Unlink a project that needs no billing, or ask Google for a higher limit.", effective="days"),
    fixers=(Fixer.BILLING_ADMIN, Fixer.GOOGLE),
    docs="https://support.google.com/code/contact/billing_quota_increase",
    usual=Usual(400, "FAILED_PRECONDITION", None, "cloudbilling.googleapis.com", sender=True),
    fires_on=(ApiError(400, "FAILED_PRECONDITION", message="Cloud billing quota exceeded: https://support"),),
)

CAUSES = (BILLING_REQUIRED_TO_ENABLE, BILLING_LINK_QUOTA, BILLING_DUNNING_HOLD, BILLING_DISABLED)
