"""What a key may be used for, and from where: API and application restrictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.envelope.service import GEMINI
from bot.diagnosis.error import ApiError
from bot.diagnosis.signs import any_of, matches, reason, says
from bot.languages.words import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.diagnosis.facts import Facts

_DOC = "https://docs.cloud.google.com/api-keys/docs/add-restrictions-api-keys"
_SOON = N_("up to 5 minutes")
_WHO = (Fixer.BOT, Fixer.PROJECT_OWNER)
_UPDATE = "apikeys.keys.update"


def _lacks_gemini(facts: Facts) -> str | None:
    services = facts.the("key_services", frozenset)
    if GEMINI in services:
        return None
    return (
        N_("The key's API restriction does not name generativelanguage.googleapis.com.") if services else None
    )


def _is_unrestricted(facts: Facts) -> str | None:
    return None if facts.the("key_services", frozenset) else N_("The key has no API restriction at all.")


def _restricted_to(kind: str) -> Callable[[Facts], str | None]:
    evidence = {
        "browser": N_("The key may be used from listed websites only."),
        "server": N_("The key may be used from listed IP addresses only."),
        "android": N_("The key may be used from listed Android apps only."),
        "ios": N_("The key may be used from listed iOS apps only."),
    }[kind]
    return lambda facts: evidence if facts.the("key_application", str) == kind else None


def _usual(name: str, service: str | None = GEMINI) -> Usual:
    return Usual(403, "PERMISSION_DENIED", name, service)


_BLOCKED = any_of(
    reason("API_KEY_SERVICE_BLOCKED"),
    matches(r"requests to this api \S+( method \S+)? are blocked", "are blocked"),
)

KEY_SERVICE_BLOCKED = Cause(
    id="key-service-blocked",
    title="The key is not allowed to call {service}",
    recognise=_BLOCKED,
    explain="The key's API restriction leaves this service out. For the Gemini API it must name the "
    "Generative "
    "Language API; “Gemini for Google Cloud API” is another product.",
    fix=Fix("Restrict the key to {service}.", needs=_UPDATE, effective=_SOON),
    fixers=_WHO,
    docs=_DOC,
    usual=_usual("API_KEY_SERVICE_BLOCKED"),
    reads=("key_services",),
    confirm=_lacks_gemini,
    fires_on=(
        ApiError(403, reason="API_KEY_SERVICE_BLOCKED", metadata={"service": GEMINI}),
        ApiError(403, message=f"Requests to this API {GEMINI} method google.ai.x.v1.S.M are blocked."),
    ),
)

KEY_UNRESTRICTED_BLOCKED = Cause(
    id="key-unrestricted-blocked",
    title="Gemini refuses keys without an API restriction",
    recognise=any_of(_BLOCKED, matches(r"unrestricted (api )?keys? (is|are) (not|no longer|blocked)")),
    explain="Since 19 June 2026 the Gemini API refuses unrestricted standard keys.",
    fix=Fix(
        "Restrict the key to generativelanguage.googleapis.com, or ask for a key bound to a service account.",
        needs=_UPDATE,
        effective=_SOON,
    ),
    fixers=(Fixer.BOT,),
    docs=_DOC,
    reads=("key_services",),
    confirm=_is_unrestricted,
    beside=("key-service-blocked",),
    fires_on=(ApiError(403, message="Unrestricted API keys are no longer accepted."),),
)

KEY_REFERRER_BLOCKED = Cause(
    id="key-referrer-blocked",
    title="The key may be used from certain websites only",
    recognise=any_of(
        reason("API_KEY_HTTP_REFERRER_BLOCKED"),
        matches(r"requests from referr?er .{0,300}(is|are) blocked"),
        says("the request did not specify any referer"),  # the words of Google's older APIs
    ),
    explain="The call came without, or with another, Referer header than the key's website restriction "
    "lists. A "
    "key that ships in a web page is public: call Gemini from a server instead.",
    fix=Fix(
        "Remove the website restriction for server use, or add this website to it.",
        needs=_UPDATE,
        effective=_SOON,
    ),
    fixers=_WHO,
    docs=_DOC,
    usual=_usual("API_KEY_HTTP_REFERRER_BLOCKED"),
    reads=("key_application",),
    confirm=_restricted_to("browser"),
    fires_on=(
        ApiError(403, reason="API_KEY_HTTP_REFERRER_BLOCKED"),
        ApiError(403, message="Requests from referer <empty> are blocked."),
    ),
)

KEY_IP_BLOCKED = Cause(
    id="key-ip-blocked",
    title="The key may not be used from this IP address",
    recognise=any_of(
        reason("API_KEY_IP_ADDRESS_BLOCKED"),
        matches(r"ip address restriction|originating ip address.{0,80}violates"),
    ),
    explain="The call left from an address that the key's restriction does not list. Behind NAT or IPv6 "
    "that is "
    "not the address of your machine.",
    fix=Fix(
        "Add the address your calls leave from to the key's restriction.", needs=_UPDATE, effective=_SOON
    ),
    fixers=_WHO,
    docs=_DOC,
    usual=_usual("API_KEY_IP_ADDRESS_BLOCKED"),
    reads=("key_application",),
    confirm=_restricted_to("server"),
    fires_on=(
        ApiError(403, reason="API_KEY_IP_ADDRESS_BLOCKED"),
        ApiError(403, message="The provided API key has an IP address restriction."),
    ),
)

KEY_ANDROID_BLOCKED = Cause(
    id="key-android-blocked",
    title="The key may be used from certain Android apps only",
    recognise=any_of(
        reason("API_KEY_ANDROID_APP_BLOCKED"),
        matches(r"requests from this android client application .{0,200}(is|are) blocked"),
    ),
    explain="The call did not carry the package name and certificate that the key's restriction lists. "
    "Firebase and "
    "server libraries do not send them by themselves.",
    fix=Fix(
        "Add the app to the restriction, or use another key outside of the app.",
        needs=_UPDATE,
        effective=_SOON,
    ),
    fixers=_WHO,
    docs=_DOC,
    usual=_usual("API_KEY_ANDROID_APP_BLOCKED", service=None),
    reads=("key_application",),
    confirm=_restricted_to("android"),
    fires_on=(
        ApiError(403, reason="API_KEY_ANDROID_APP_BLOCKED"),
        ApiError(403, message="Requests from this Android client application <empty> are blocked."),
    ),
)

KEY_IOS_BLOCKED = Cause(
    id="key-ios-blocked",
    title="The key may be used from certain iOS apps only",
    recognise=any_of(
        reason("API_KEY_IOS_APP_BLOCKED"),
        matches(r"requests from this ios client application .{0,200}(is|are) blocked"),
    ),
    explain="The call did not carry a bundle id that the key's restriction lists (header "
    "x-ios-bundle-identifier).",
    fix=Fix(
        "Add the app to the restriction, or use another key outside of the app.",
        needs=_UPDATE,
        effective=_SOON,
    ),
    fixers=_WHO,
    docs=_DOC,
    usual=_usual("API_KEY_IOS_APP_BLOCKED", service=None),
    reads=("key_application",),
    confirm=_restricted_to("ios"),
    fires_on=(
        ApiError(403, reason="API_KEY_IOS_APP_BLOCKED"),
        ApiError(403, message="Requests from this ios client application <empty> are blocked."),
    ),
)

CAUSES = (
    KEY_SERVICE_BLOCKED,
    KEY_UNRESTRICTED_BLOCKED,
    KEY_REFERRER_BLOCKED,
    KEY_IP_BLOCKED,
    KEY_ANDROID_BLOCKED,
    KEY_IOS_BLOCKED,
)
