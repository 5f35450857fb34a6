"""The Gemini CLI login (Gemini Code Assist): licences, eligibility, checks of the account."""

from __future__ import annotations

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.envelope.service import CODE_ASSIST
from bot.diagnosis.error import ApiError
from bot.diagnosis.signs import all_of, any_of, commonly, matches, none_of, reason, says

_USUAL = Usual(403, "PERMISSION_DENIED", None, CODE_ASSIST)

CODE_ASSIST_LICENSE = Cause(
    id="code-assist-license",
    title="Your account has no Gemini Code Assist licence",
    recognise=any_of(
        reason("SUBSCRIPTION_REQUIRED"),
        says("must be a named user on your organization"),
        all_of(
            matches(r"code assist (license|licence|subscription|entitlement)"),
            none_of(matches("terms of service")),
        ),
    ),
    explain="The Gemini CLI login asks for a licence of the organization. It has nothing to do with API "
    "keys.",
    fix=Fix("Let an administrator assign you the licence, or use an API key instead of the login."),
    fixers=(Fixer.ORG_ADMIN, Fixer.REQUESTER),
    docs="https://docs.cloud.google.com/gemini/docs/discover/set-up-gemini",
    usual=_USUAL,
    fires_on=(
        ApiError(
            403, message="You must be a named user on your organization's Gemini Code Assist subscription"
        ),
    ),
)

ACCOUNT_NOT_ELIGIBLE = Cause(
    id="account-not-eligible",
    title="Google does not let this account use the Gemini CLI login",
    recognise=matches(r"account is (not eligible|ineligible)"),
    explain="The account's age, country, kind or history does not qualify for Gemini Code Assist. API keys "
    "of a Cloud "
    "project are not concerned.",
    fix=Fix("Use an API key instead of the login, or write to the address in the message."),
    fixers=(Fixer.REQUESTER, Fixer.GOOGLE),
    docs="https://developers.google.com/gemini-code-assist/resources/faqs",
    usual=_USUAL,
    fires_on=(ApiError(403, message="Your account is not eligible for Gemini Code Assist at this time."),),
)

ACCOUNT_VERIFICATION = Cause(
    id="account-verification",
    title="Google wants the account to be verified first",
    recognise=any_of(
        says("verify your account to continue", "to continue, verify your account"),
        reason("VALIDATION_REQUIRED"),
        commonly(says("validation_required")),
    ),
    explain="The login works, but Google asks the person behind it to confirm the account in a browser.",
    fix=Fix(
        "Open the Gemini CLI, follow the link to verify the account, then try again.",
        effective="a few minutes",
    ),
    fixers=(Fixer.REQUESTER,),
    docs="https://developers.google.com/gemini-code-assist/resources/faqs",
    usual=_USUAL,
    fires_on=(ApiError(403, message="Verify your account to continue."),),
    yields_to=("account-not-eligible",),
)

CLI_PROJECT_UNSET = Cause(
    id="cli-project-unset",
    title="The Gemini CLI login needs a Cloud project for this account",
    recognise=any_of(
        matches(r"account requires sett?ing the google_cloud_project", "google_cloud_project"),
        says("not a workspace account and that you are not a licensed code assist user"),
    ),
    explain="Accounts of a company or school, and those with a Code Assist licence, log in for a project; "
    "the variable is not set, or not where the CLI reads it. API keys are not concerned.",
    fix=Fix(
        "Set GOOGLE_CLOUD_PROJECT to a project with the Gemini for Google Cloud API, or let the CLI use an "
        "API key and set GEMINI_API_KEY."
    ),
    fixers=(Fixer.REQUESTER,),
    docs="https://goo.gle/gemini-cli-auth-docs#workspace-gca",
    usual=Usual(service=CODE_ASSIST, canonical=False),
    fires_on=(
        ApiError(message="This account requires setting the GOOGLE_CLOUD_PROJECT environment variable."),
    ),
)

CAUSES = (CODE_ASSIST_LICENSE, ACCOUNT_NOT_ELIGIBLE, ACCOUNT_VERIFICATION, CLI_PROJECT_UNSET)
