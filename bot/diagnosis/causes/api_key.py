"""The key itself: not valid, gone, expired, cut off, or leaked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.envelope.service import GEMINI
from bot.diagnosis.error import ApiError
from bot.diagnosis.signs import all_of, any_of, none_of, of_google, reason, says
from bot.languages.words import N_

if TYPE_CHECKING:
    from bot.diagnosis.facts import Facts

KEYS_DOC = "https://ai.google.dev/gemini-api/docs/api-key"
_INVALID = Usual(400, "INVALID_ARGUMENT", "API_KEY_INVALID", GEMINI)
# Other companies say the same of their keys.
_GOOGLES = any_of(reason("API_KEY_INVALID"), of_google, says("pass a valid api key", "renew the api key"))
_NOT_FOUND = all_of(says("api key not found", "api_key not found", "api key could not be found"), _GOOGLES)
_EXPIRED = all_of(
    says(
        "api key expired", "api key has expired", "api_key_expired", "renew the api key", "api key is expired"
    ),
    _GOOGLES,
)


def _is_deleted(facts: Facts) -> str | None:
    if facts.the("key_state", str) == "ACTIVE":
        return None
    return N_("API Keys says that the recorded key was deleted.")


def _is_standard(facts: Facts) -> str | None:
    if facts.the("key_service_account", str):
        return None
    return N_("The recorded key is bound to no service account: it is a standard key.")


KEY_INVALID = Cause(
    id="key-invalid",
    title="Google does not know this API key",
    recognise=any_of(
        reason("API_KEY_INVALID"),
        says("api key not valid", "pass a valid api key", "api_key_invalid"),
        all_of(says("invalid api key", "api key is invalid"), of_google),
    ),
    explain="The text that was sent as the key is not an API key of any project: cut off, in quotes, of "
    "another "
    "provider, or read from another variable than you think. SDKs take GOOGLE_API_KEY before GEMINI_API_KEY.",
    fix=Fix("Copy the key again from Secret Manager, without quotes or line ends, or ask for a new one."),
    fixers=(Fixer.REQUESTER, Fixer.BOT),
    docs=KEYS_DOC,
    usual=_INVALID,
    fires_on=(
        ApiError(400, "INVALID_ARGUMENT", "API_KEY_INVALID", metadata={"service": GEMINI}),
        ApiError(400, message="API key not valid. Please pass a valid API key."),
    ),
    yields_to=("key-not-found", "key-expired", "key-leaked", "multiple-credentials"),
)

KEY_NOT_FOUND = Cause(
    id="key-not-found",
    title="This API key does not exist, or not yet",
    recognise=_NOT_FOUND,
    explain="The key was deleted, or it is younger than about five minutes and not known everywhere yet.",
    fix=Fix(
        "Wait five minutes if the key is new; otherwise restore it within 30 days, or ask for a new key.",
        needs="apikeys.keys.undelete",
        effective="a few minutes",
    ),
    fixers=(Fixer.BOT,),
    docs=KEYS_DOC,
    usual=_INVALID,
    reads=("key_state",),
    confirm=_is_deleted,
    fires_on=(
        ApiError(400, reason="API_KEY_INVALID", message="API Key not found. Please pass a valid API key."),
    ),
)

KEY_EXPIRED = Cause(
    id="key-expired",
    title="This API key has expired",
    recognise=_EXPIRED,
    explain="Google refuses the key as expired. The reason code is the same as for an unknown key.",
    fix=Fix("Ask for a new key and put it in place of the old one.", needs="apikeys.keys.create"),
    fixers=(Fixer.REQUESTER, Fixer.BOT),
    docs=KEYS_DOC,
    usual=_INVALID,
    fires_on=(ApiError(400, reason="API_KEY_INVALID", message="API key expired. Please renew the API key."),),
)

STANDARD_KEY_CUTOFF = Cause(
    id="standard-key-cutoff",
    title="Google refuses the old kind of key (AIza…)",
    recognise=any_of(
        says("standard api keys are no longer", "standard keys are no longer", "legacy api key"),
        all_of(
            any_of(
                reason("ACCESS_TOKEN_TYPE_UNSUPPORTED", "API_KEY_INVALID"),
                # What the Gemini API says of such a key, where the text lost the reason.
                all_of(
                    says("request had invalid authentication credentials", "api key not valid"),
                    lambda error: error.service in (None, GEMINI),
                ),
            ),
            none_of(_NOT_FOUND, _EXPIRED),
        ),
    ),
    explain="Since 2026 Gemini refuses standard keys in steps; keys bound to a service account (AQ.…) go "
    "on working.",
    fix=Fix(
        "Ask for a key bound to a service account, switch over, then delete the old one.",
        needs="apikeys.keys.create",
    ),
    fixers=(Fixer.BOT,),
    docs=KEYS_DOC,
    reads=("key_service_account",),
    confirm=_is_standard,
    beside=("key-invalid", "invalid-credentials"),
    fires_on=(ApiError(401, "UNAUTHENTICATED", message="Standard API keys are no longer accepted."),),
)

KEY_LEAKED = Cause(
    id="key-leaked",
    title="Google has blocked this key because it was found in public",
    recognise=says(
        "reported as leaked", "key was leaked", "key has been leaked", "api key is leaked", "leaked api key"
    ),
    explain="The key was seen where strangers can read it. The block is for good; the project is not "
    "affected.",
    fix=Fix(
        "Ask for a new key, deploy it, delete the old one, and remove it from wherever it was published.",
        needs="apikeys.keys.create",
    ),
    fixers=(Fixer.REQUESTER, Fixer.BOT),
    usual=Usual(403, "PERMISSION_DENIED", None, GEMINI),
    fires_on=(
        ApiError(
            403,
            "PERMISSION_DENIED",
            message="Your API key was reported as leaked. Please use another API key.",
        ),
    ),
)

CAUSES = (KEY_LEAKED, KEY_NOT_FOUND, KEY_EXPIRED, KEY_INVALID, STANDARD_KEY_CUTOFF)
