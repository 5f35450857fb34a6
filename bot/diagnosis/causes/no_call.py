"""Errors of calls that were never made: the program had nothing to send."""

from __future__ import annotations

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.error import ApiError
from bot.diagnosis.signs import any_of, commonly, matches, says

_ME = (Fixer.REQUESTER,)

NO_KEY_SET = Cause(
    id="no-key-set",
    title="The program was given no key",
    recognise=says(
        "missing key inputs argument",
        "api key must be set when",
        "api key should be set when using the gemini api",
        "must specify the gemini_api_key environment variable",
        "google generative ai api key is missing",
        "api key required for gemini",
        "missing gemini api key",
        "no api_key or adc found",
    ),
    explain="It found none in its settings or its environment, so it made no call.",
    fix=Fix("Set GEMINI_API_KEY where the program runs, and start it again."),
    fixers=_ME,
    docs="https://ai.google.dev/gemini-api/docs/api-key",
    usual=Usual(canonical=False),
    fires_on=(
        ApiError(
            message="Missing key inputs argument! To use the Google AI API, provide (`api_key`) arguments."
        ),
        ApiError(message="API key must be set when using the Gemini API."),
    ),
)

NO_DEFAULT_LOGIN = Cause(
    id="no-default-login",
    title="The program looked for a Google login on its machine and found none",
    recognise=says(
        "default credentials were not found",
        "could not load the default credentials",
        "could not find default credentials",
        "could not automatically determine credentials",
        "application default credentials are not available",
        "do not currently have an active account selected",
    ),
    explain="No call was made. Nobody gave the program a key, or it was set up for Vertex AI, which takes a "
    "login and not a Gemini key: vertexai=True, a project or GOOGLE_GENAI_USE_VERTEXAI switch SDKs over.",
    fix=Fix(
        "For the Gemini API set GEMINI_API_KEY and take the Vertex AI settings out; for Vertex AI log in.",
        command="gcloud auth application-default login",
    ),
    fixers=_ME,
    docs="https://cloud.google.com/docs/authentication/external/set-up-adc",
    usual=Usual(canonical=False),
    fires_on=(
        ApiError(
            message="google.auth.exceptions.DefaultCredentialsError: Your default credentials were not found."
        ),
        ApiError(message="Could not load the default credentials. Browse to https://cloud.google.com/docs"),
    ),
)

LOGIN_SCOPE_MISSING = Cause(
    id="login-scope-missing",
    title="The program asked Google for a login without a valid scope",
    recognise=any_of(says("invalid oauth scope"), commonly(says("invalid_scope"))),
    explain="A token of a service account is asked for with a scope; the program named none, or one that "
    "does not exist. No call was made, and API keys are not concerned.",
    fix=Fix(
        "Name the scope https://www.googleapis.com/auth/cloud-platform where the program loads its "
        "credentials, or use an API key."
    ),
    fixers=_ME,
    docs="https://developers.google.com/identity/protocols/oauth2/service-account",
    usual=Usual(canonical=False),
    fires_on=(ApiError(message="invalid_scope: Invalid OAuth scope or ID token audience provided."),),
)

LOGIN_APP_BLOCKED = Cause(
    id="login-app-blocked",
    title="Google does not let this program ask for your login",
    recognise=any_of(
        says(
            "has not completed the google verification process",
            "can only be accessed by developer-approved testers",
            "tried to access sensitive info in your google account",
            "developer hasnt given you access to this app",
            "admin_policy_enforced",
            "institutions admin needs to review",
            "doesnt comply with googles oauth 2.0 policy",
        ),
        commonly(matches(r"\b403\s?[:\uff1a]\s?access_denied", "access_denied")),
    ),
    explain="The program's login is still being tested and you are not among its testers, Google has not "
    "verified what it asks for, or your administrator has not approved it. Your account and your API keys "
    "are not concerned.",
    fix=Fix(
        "Let the program's developer add you as a test user or publish its login, or your administrator "
        "approve it; for Gemini, use an API key instead of the login.",
        effective="days",
    ),
    fixers=(Fixer.REQUESTER, Fixer.PROJECT_OWNER, Fixer.WORKSPACE_ADMIN),
    docs="https://support.google.com/cloud/answer/7454865",
    usual=Usual(canonical=False),
    fires_on=(
        ApiError(403, message="Access blocked: Loom has not completed the Google verification process"),
    ),
)

CAUSES = (NO_KEY_SET, NO_DEFAULT_LOGIN, LOGIN_SCOPE_MISSING, LOGIN_APP_BLOCKED)
