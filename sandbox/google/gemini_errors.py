"""The Gemini API's refusals, word for word as people paste them."""

from __future__ import annotations

from google.rpc import error_details_pb2

from sandbox.google.authn import INVALID_CREDENTIALS
from sandbox.google.errors import Refusal, error_info, help_link, invalid_argument, localized, retry_info
from sandbox.google.services.catalogue import GEMINI


def no_key() -> Refusal:
    """No credential came along."""
    return Refusal(
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API.",
    )


def key_invalid(message: str = "API key not valid. Please pass a valid API key.", echo: str = "") -> Refusal:
    """The text is no key, or one that is over; `echo` is the key that some answers repeat."""
    details = [error_info("API_KEY_INVALID", service=GEMINI), localized(message)]
    if echo:
        details.append(error_details_pb2.DebugInfo(detail=f"Invalid API key: {echo}"))
    return Refusal("INVALID_ARGUMENT", message, *details)


def key_not_found() -> Refusal:
    """The key was deleted."""
    return key_invalid("API Key not found. Please pass a valid API key.")


def key_expired() -> Refusal:
    """The key is over, or so new that it has not arrived everywhere."""
    return key_invalid("API key expired. Please renew the API key.")


def key_leaked() -> Refusal:
    """The key was seen in public; this refusal has no details."""
    return Refusal("PERMISSION_DENIED", "Your API key was reported as leaked. Please use another API key.")


def suspended(number: int, container: str) -> Refusal:
    """The consumer is suspended; for a key, the answer repeats it."""
    message = f"Permission denied: Consumer '{container}' has been suspended."
    info = error_info(
        "CONSUMER_SUSPENDED", consumer=f"projects/{number}", service=GEMINI, containerInfo=container
    )
    return Refusal("PERMISSION_DENIED", message, info, localized(message))


def invalid_credentials(method: str) -> Refusal:
    """The credential is of a kind this API does not take (any more)."""
    info = error_info("ACCESS_TOKEN_TYPE_UNSUPPORTED", method=method, service=GEMINI)
    return Refusal("UNAUTHENTICATED", INVALID_CREDENTIALS, info)


def account_state_invalid(method: str, email: str) -> Refusal:
    """The service account behind the key is disabled or gone."""
    info = error_info("ACCOUNT_STATE_INVALID", method=method, service=GEMINI, email=email)
    return Refusal("UNAUTHENTICATED", INVALID_CREDENTIALS, info)


def multiple_credentials() -> Refusal:
    """A key and a token came along."""
    return invalid_argument("Multiple authentication credentials received. Please pass only one.")


def service_blocked(number: int, method: str) -> Refusal:
    """The key's API restriction leaves this API out."""
    service, _, name = method.rpartition(".")
    message = f"Requests to this API {GEMINI} method {method} are blocked."
    info = error_info(
        "API_KEY_SERVICE_BLOCKED",
        consumer=f"projects/{number}",
        service=GEMINI,
        apiName=service,
        methodName=f"{service}.{name}",
    )
    return Refusal("PERMISSION_DENIED", message, info, localized(message))


def _client_blocked(reason: str, number: int, message: str, **metadata: str) -> Refusal:
    info = error_info(reason, consumer=f"projects/{number}", service=GEMINI, **metadata)
    return Refusal("PERMISSION_DENIED", message, info, localized(message))


def ip_blocked(number: int, address: str) -> Refusal:
    """The caller's address is not among the allowed ones."""
    message = (
        "The provided API key has an IP address restriction. The originating IP address of the call "
        f"({address}) violates this restriction."
    )
    return _client_blocked("API_KEY_IP_ADDRESS_BLOCKED", number, message, callerIp=address)


def referrer_blocked(number: int, referrer: str) -> Refusal:
    """The page that calls is not among the allowed ones."""
    shown = referrer or "<empty>"
    message = f"Requests from referer {shown} are blocked."
    return _client_blocked("API_KEY_HTTP_REFERRER_BLOCKED", number, message, httpReferrer=shown)


def android_blocked(number: int, package: str) -> Refusal:
    """The Android app that calls is not among the allowed ones."""
    message = f"Requests from this Android client application {package or '<empty>'} are blocked."
    return _client_blocked("API_KEY_ANDROID_APP_BLOCKED", number, message)


def ios_blocked(number: int, bundle: str) -> Refusal:
    """The iOS app that calls is not among the allowed ones."""
    message = f"Requests from this ios client application {bundle or '<empty>'} are blocked."
    return _client_blocked("API_KEY_IOS_APP_BLOCKED", number, message)


def project_denied() -> Refusal:
    """The project as a whole is turned away; listing models still works."""
    return Refusal("PERMISSION_DENIED", "Your project has been denied access. Please contact support.")


def billing_disabled(number: int) -> Refusal:
    """The project must pay and does not."""
    url = f"https://console.developers.google.com/billing/enable?project={number}"
    message = (
        f"This API method requires billing to be enabled. Please enable billing on project #{number} "
        f"by visiting {url} then retry. If you enabled billing for this project recently, "
        "wait a few minutes for the action to propagate to our systems and retry."
    )
    info = error_info(
        "BILLING_DISABLED", consumer=f"projects/{number}", service=GEMINI, containerInfo=str(number)
    )
    return Refusal(
        "PERMISSION_DENIED",
        message,
        info,
        localized(message),
        help_link("Google developers console billing", url),
    )


def dunning(number: int) -> Refusal:
    """Payments are overdue."""
    return Refusal("PERMISSION_DENIED", f"Lightning dunning decision is deny for project: projects/{number}")


def prepay_depleted() -> Refusal:
    """The balance that is paid in advance is empty; no API tells of it, only this text."""
    return Refusal(
        "RESOURCE_EXHAUSTED",
        "Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects "
        "to manage your project and billing.",
    )


def spending_cap() -> Refusal:
    """The project spent what somebody allowed it in AI Studio."""
    message = "Your project has exceeded its monthly spending cap."
    return Refusal("RESOURCE_EXHAUSTED", message, error_info("SPENDING_CAP_EXCEEDED", service=GEMINI))


def region_unsupported() -> Refusal:
    """The free tier is not offered where the caller is."""
    return Refusal("FAILED_PRECONDITION", "User location is not supported for the API use.")


def model_not_found(model: str, version: str, verb: str) -> Refusal:
    """The model does not exist in this API version."""
    return Refusal(
        "NOT_FOUND",
        f"models/{model} is not found for API version {version}, or is not supported for {verb}. "
        "Call ListModels to see the list of available models and their supported methods.",
    )


def model_retired(model: str) -> Refusal:
    """The model was shut down."""
    return Refusal(
        "NOT_FOUND",
        f"This model models/{model} is no longer available to new users. "
        "Please update your code to use a newer model for the latest features and improvements.",
    )


_FREE_METRIC = f"{GEMINI}/generate_content_free_tier_requests"
_PAID_METRIC = f"{GEMINI}/generate_requests_per_model_per_day"
# state of the project → (metric, quota id, limit, retry after seconds)
QUOTAS = {
    "free-tier": (_FREE_METRIC, "GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "15", 47.0),
    "free-tier-zero": (_FREE_METRIC, "GenerateRequestsPerDayPerProjectPerModel-FreeTier", "0", 0.0),
    "paid-daily": (_PAID_METRIC, "GenerateRequestsPerDayPerProjectPerModel", "10000", 3600.0),
}


def quota_exceeded(kind: str, model: str) -> Refusal:
    """The project used its share; one of QUOTAS, or "bare" for the answer without details."""
    if kind == "bare":
        return Refusal("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).")
    metric, quota_id, limit, seconds = QUOTAS[kind]
    message = (
        "You exceeded your current quota, please check your plan and billing details. "
        "For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n"
        f"* Quota exceeded for metric: {metric}, limit: {limit}, model: {model}"
    )
    violation = error_details_pb2.QuotaFailure.Violation(
        quota_metric=metric,
        quota_id=quota_id,
        quota_dimensions={"location": "global", "model": model},
        quota_value=int(limit),
    )
    learn = help_link(
        "Learn more about Gemini API quotas", "https://ai.google.dev/gemini-api/docs/rate-limits"
    )
    details = [error_details_pb2.QuotaFailure(violations=[violation]), learn]
    if seconds:
        message += f"\nPlease retry in {seconds:g}s."
        details.append(retry_info(seconds))
    return Refusal("RESOURCE_EXHAUSTED", message, *details)
