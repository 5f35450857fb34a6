"""Gemini through Firebase AI Logic: what Firebase asks of an app before it lets a call through."""

from __future__ import annotations

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.envelope.service import FIREBASE_AI
from bot.diagnosis.error import ApiError
from bot.diagnosis.signs import any_of, matches, says

_WHO = (Fixer.REQUESTER, Fixer.PROJECT_OWNER)

APP_CHECK_REFUSED = Cause(
    id="app-check-refused",
    title="Firebase App Check does not recognise the app",
    recognise=any_of(
        says("app attestation failed", "app check token is invalid"),
        matches(
            r"\bappcheck/(fetch-status-error|(initial-)?throttled?|recaptcha-error|token-error)", "appcheck/"
        ),
    ),
    explain="Firebase wants proof that a call comes from your app, and did not get it: the app, its signing "
    "fingerprint or its website is not registered, or it is a test device without a debug token. Your "
    "account and your API keys are not concerned.",
    fix=Fix(
        "Register the app under App Check in the Firebase console: the SHA-256 fingerprint for Android, the "
        "domain for the web, a debug token for emulators and tests; start App Check before the first call.",
        effective="a few minutes",
    ),
    fixers=_WHO,
    docs="https://firebase.google.com/docs/app-check",
    fires_on=(
        ApiError(403, "PERMISSION_DENIED", message="App attestation failed."),
        ApiError(401, "UNAUTHENTICATED", message="Firebase App Check token is invalid."),
    ),
)

FIREBASE_KEY_MISSING = Cause(
    id="firebase-key-missing",
    title="Firebase AI Logic holds no Gemini key for this project",
    recognise=says("missing a configured gemini developer api key", "genai-config-not-found"),
    explain="Firebase calls Gemini with a key that it keeps for the project; the setup in the Firebase "
    "console was not done, or is a few minutes old. No key belongs in the app.",
    fix=Fix(
        "Set up the Gemini Developer API under AI Logic in the Firebase console, then wait.",
        effective="a few minutes",
    ),
    fixers=_WHO,
    docs="https://firebase.google.com/docs/ai-logic/faq-and-troubleshooting",
    usual=Usual(service=FIREBASE_AI, canonical=False),
    fires_on=(
        ApiError(message="Firebase AI Logic is missing a configured Gemini Developer API key. Set one up by"),
    ),
)

CAUSES = (APP_CHECK_REFUSED, FIREBASE_KEY_MISSING)
