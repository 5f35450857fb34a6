"""Credentials of the call: none, the wrong kind, too many, expired, too narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.envelope.service import GEMINI
from bot.diagnosis.error import ApiError
from bot.diagnosis.signs import all_of, any_of, commonly, legacy, matches, none_of, reason, says
from bot.languages.words import N_

if TYPE_CHECKING:
    from bot.diagnosis.facts import Facts

_DOC = "https://docs.cloud.google.com/docs/authentication"
_ME = (Fixer.REQUESTER,)
_KEYS_UNSUPPORTED = says("api keys are not supported by this api", "api keys are not supported")


def _account_is_off(facts: Facts) -> str | None:
    if facts.the("account_enabled", bool):
        return None
    return N_("IAM says that the service account behind the recorded key is disabled or deleted.")


def _unauthenticated(name: str | None, service: str | None = None) -> Usual:
    return Usual(401, "UNAUTHENTICATED", name, service)


SCOPE_INSUFFICIENT = Cause(
    id="scope-insufficient",
    title="The login was not given the scope for this call",
    recognise=any_of(
        reason("ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        legacy("insufficientPermissions"),
        says("insufficient authentication scopes"),
        commonly(says("insufficient_scope", "insufficient scopes")),
    ),
    explain="The call carried an OAuth token, not an API key, and the token's scopes leave this API out.",
    fix=Fix(
        "Send the API key in x-goog-api-key, or log in again with the cloud-platform scope. A virtual "
        "machine must be "
        "stopped to change its scopes.",
        command="gcloud auth application-default login "
        "--scopes=https://www.googleapis.com/auth/cloud-platform,https://www.googleapis.com/auth/generative-language",
    ),
    fixers=_ME,
    docs="https://ai.google.dev/gemini-api/docs/oauth",
    usual=Usual(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
    fires_on=(
        ApiError(403, reason="ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        ApiError(403, message="Request had insufficient authentication scopes."),
    ),
)

NO_CREDENTIALS = Cause(
    id="no-credentials",
    title="The call carried no key",
    recognise=any_of(
        says(
            "unregistered callers",
            "callers without established identity",
            "missing required authentication credential",
            "request is missing a valid api key",
            "please use api key or other form of api consumer identity",
            "missing a valid api key",
        ),
        all_of(reason("CREDENTIALS_MISSING"), none_of(_KEYS_UNSUPPORTED)),
    ),
    explain="No credential reached Google: the header is missing, a proxy took it out, or the variable was "
    "empty.",
    fix=Fix("Set the key where the program reads it and send it as the x-goog-api-key header."),
    fixers=_ME,
    docs=_DOC,
    usual=Usual(403, "PERMISSION_DENIED", None, GEMINI),
    fires_on=(
        ApiError(
            403, message="Method doesn't allow unregistered callers (callers without established identity)."
        ),
        ApiError(
            401,
            message="Request is missing required authentication credential. Expected OAuth 2 access token",
        ),
    ),
)

API_KEY_NOT_SUPPORTED = Cause(
    id="api-key-not-supported",
    title="This endpoint does not take API keys",
    recognise=_KEYS_UNSUPPORTED,
    explain="The call went to an API that wants a login, usually Vertex AI instead of the Gemini API. "
    "Variables such as "
    "GOOGLE_GENAI_USE_VERTEXAI or GOOGLE_API_KEY switch SDKs over silently.",
    fix=Fix(
        "Call generativelanguage.googleapis.com with the key, or log in for Vertex AI; unset the stray "
        "variable."
    ),
    fixers=_ME,
    docs=_DOC,
    usual=_unauthenticated("CREDENTIALS_MISSING"),
    fires_on=(
        ApiError(
            401,
            "UNAUTHENTICATED",
            "CREDENTIALS_MISSING",
            message="API keys are not supported by this API. Expected OAuth2 access token or other "
            "credentials",
        ),
    ),
)

INVALID_CREDENTIALS = Cause(
    id="invalid-credentials",
    title="Google does not accept this kind of credential here",
    recognise=any_of(
        reason("ACCESS_TOKEN_TYPE_UNSUPPORTED"),
        says("invalid authentication credential"),
        commonly(says("invalid credentials")),
    ),
    explain="Often an old key (AIza…), which Gemini has been refusing in steps since 2026; or a new one "
    "(AQ.…) was sent as “Authorization: Bearer”, which only the OpenAI-compatible endpoint takes, or was "
    "copied without its end; or a login token was no longer good.",
    fix=Fix(
        "Send the whole key in the x-goog-api-key header, ask for a new one if it begins with AIza, or log "
        "in again."
    ),
    fixers=_ME,
    docs=_DOC,
    usual=_unauthenticated(None, GEMINI),
    fires_on=(
        ApiError(401, reason="ACCESS_TOKEN_TYPE_UNSUPPORTED"),
        ApiError(
            401, message="Request had invalid authentication credentials. Expected OAuth 2 access token"
        ),
    ),
    yields_to=(
        "access-token-expired",
        "account-state-invalid",
        "session-cookie-invalid",
        "jwt-token-invalid",
        "credential-type-unsupported",
        "account-type-unsupported",
        "credential-android-app-invalid",
        "api-key-not-supported",
        "no-credentials",
        "multiple-credentials",
    ),
)

MULTIPLE_CREDENTIALS = Cause(
    id="multiple-credentials",
    title="The call carried two credentials",
    recognise=any_of(
        reason("OVERLOADED_CREDENTIALS"),
        says("multiple authentication credentials", "overloaded credentials"),
    ),
    explain="A key and an Authorization header, or a key in header and address, arrived together.",
    fix=Fix("Send one credential only: the x-goog-api-key header, without Authorization."),
    fixers=_ME,
    docs=_DOC,
    usual=Usual(400, "INVALID_ARGUMENT", None, GEMINI),
    fires_on=(
        ApiError(400, message="Multiple authentication credentials received. Please pass only one."),
        ApiError(400, reason="OVERLOADED_CREDENTIALS"),
    ),
)

ACCESS_TOKEN_EXPIRED = Cause(
    id="access-token-expired",
    title="The login has expired",
    recognise=any_of(
        reason("ACCESS_TOKEN_EXPIRED"),
        commonly(
            matches(r"(access|oauth|refresh) ?token (has )?(been )?(expired|revoked)", "expired", "revoked"),
            says("invalid_grant", "reauthentication needed", "reauthentication required"),
        ),
        # The words of the token endpoint and of gcloud, which name nobody.
        says("problem refreshing your current auth tokens", "reauthentication failed"),
        says("token has been expired or revoked", "invalid_rapt", "rapt_required", "reauthentication is"),
        matches(r"invalid_grant\W{1,12}(error_description\W{1,8})?bad request", "invalid_grant"),
    ),
    explain="Access tokens live about an hour and logins can be revoked; API keys are not concerned.",
    fix=Fix("Log in again.", command="gcloud auth application-default login"),
    fixers=_ME,
    docs=_DOC,
    usual=_unauthenticated("ACCESS_TOKEN_EXPIRED"),
    yields_to=("account-state-invalid", "jwt-token-invalid"),
    fires_on=(ApiError(401, reason="ACCESS_TOKEN_EXPIRED"),),
)

ACCOUNT_STATE_INVALID = Cause(
    id="account-state-invalid",
    title="The account behind the credential is disabled or deleted",
    recognise=any_of(
        reason("ACCOUNT_STATE_INVALID"),
        commonly(
            matches(
                r"\baccount ([\w@.:\-]{1,80} )?(is|has been|was) (disabled|deleted)", "disabled", "deleted"
            )
        ),
        matches(r"service account .{0,100}\b(is|has been|was) (disabled|deleted)", "service account"),
        # What the token endpoint calls a service account that is disabled, and one that is gone.
        says("robot is disabled", "invalid grant: account not found", "gaia id not found"),
        matches(r"invalid_grant.{0,80}account has been deleted", "invalid_grant"),
    ),
    explain="A key bound to a service account stops working when that account is disabled or deleted.",
    fix=Fix(
        "Enable or restore the service account, or ask for a new key.", needs="iam.serviceAccounts.enable"
    ),
    fixers=(Fixer.PROJECT_OWNER, Fixer.BOT),
    docs="https://docs.cloud.google.com/iam/docs/service-accounts-disable-enable",
    usual=_unauthenticated("ACCOUNT_STATE_INVALID"),
    reads=("account_enabled",),
    confirm=_account_is_off,
    yields_to=("tos-disabled",),
    fires_on=(ApiError(401, reason="ACCOUNT_STATE_INVALID"),),
)


def _refused_credential(cause: str, name: str, title: str, fix: str, *phrases: str) -> Cause:
    """Make a cause for a credential that Google refuses by a reason, or a phrase, of its own."""
    return Cause(
        id=cause,
        title=title,
        recognise=any_of(reason(name), commonly(says(*phrases))),
        explain="Google refuses this kind of credential for {service}.",
        fix=Fix(fix),
        fixers=_ME,
        docs=_DOC,
        usual=_unauthenticated(name),
        fires_on=(ApiError(401, reason=name),),
    )


_REFUSED = (
    _refused_credential(
        "session-cookie-invalid",
        "SESSION_COOKIE_INVALID",
        N_("The browser session is no longer valid"),
        N_("Sign in to Google again in the browser."),
    ),
    _refused_credential(
        "jwt-token-invalid",
        "JWT_TOKEN_INVALID",
        N_("The signed token is not valid"),
        N_("Check the clock, the audience and the key that signs the token."),
        "invalid jwt",
    ),
    _refused_credential(
        "credential-type-unsupported",
        "CREDENTIAL_TYPE_UNSUPPORTED",
        N_("This API does not take this type of credential"),
        N_("Use an API key or an OAuth login, as the API's documentation says."),
    ),
    _refused_credential(
        "account-type-unsupported",
        "ACCOUNT_TYPE_UNSUPPORTED",
        N_("This API does not take this type of account"),
        N_("Use another kind of account, for example a service account."),
    ),
    _refused_credential(
        "credential-android-app-invalid",
        "CREDENTIAL_ANDROID_APP_INVALID",
        N_("The Android app could not be verified"),
        N_("Check package name and signing certificate of the app in the credential's settings."),
    ),
)

CAUSES = (
    MULTIPLE_CREDENTIALS,
    SCOPE_INSUFFICIENT,
    API_KEY_NOT_SUPPORTED,
    NO_CREDENTIALS,
    ACCESS_TOKEN_EXPIRED,
    ACCOUNT_STATE_INVALID,
    *_REFUSED,
    INVALID_CREDENTIALS,
)
