"""Words that many companies use: they mean a cause of Google's only where Google is spoken of."""

from __future__ import annotations

import pytest

from bot.diagnosis.why import diagnose

SHARED = {
    '{"error": "Invalid credentials"}': "invalid-credentials",
    '{"error": "invalid_grant", "error_description": "Refresh token revoked"}': "access-token-expired",
    '{"error": "insufficient_scope"}': "scope-insufficient",
    '{"code": 401, "message": "Invalid JWT"}': "jwt-token-invalid",
    "Your account has been disabled.": "account-state-invalid",
    "HTTP 429 Too Many Requests": "quota-rate",
    "Disabled by your administrator": "workspace-admin-block",
    "Sorry, not available in your country": "region-unsupported",
    '{"error": "model \\"loom\\" not found, try pulling it first"}': "model-not-found",
    "You have hit your spend limit.": "spend-cap",
    "You have no prepaid credits left": "prepay-depleted",
    "Model is overloaded, please wait": "capacity-exhausted",
    "Your project loom-app has been suspended.": "consumer-suspended",
    "Project 'tools/loom' has been deleted and is pending deletion.": "project-delete-requested",
    '{"errors": [{"detail": "API key not found"}]}': "key-not-found",
    '{"message": "billing is not enabled for this project"}': "billing-disabled",
    "CONNECT tunnel failed, response 403": "third-party-proxy",
    "fetch failed: self-signed certificate in certificate chain": "certificate-not-trusted",
    "status = StatusCode.UNAVAILABLE, CERTIFICATE_VERIFY_FAILED": "certificate-not-trusted",
    "Error 403: access_denied": "login-app-blocked",
    "403 VALIDATION_REQUIRED": "account-verification",
}


@pytest.mark.parametrize(("text", "cause"), SHARED.items(), ids=[*SHARED])
def test_shared_words_need_google(text: str, cause: str) -> None:
    """The same sentence has no cause by itself, and a likely one in an error of the Gemini API."""
    named = diagnose(f"Gemini API: {text}")

    assert diagnose(text).best is None
    assert named.best is not None
    assert (named.best.cause.id, named.best.sure) == (cause, "likely")


OWN = {
    "GaxiosError: invalid_grant: Token has been expired or revoked.": "access-token-expired",
    '{"error": "invalid_grant", "error_description": "Bad Request"}': "access-token-expired",
    '{"error": "invalid_grant", "error_description": "Robot is disabled."}': "account-state-invalid",
    "invalid_grant: Account has been deleted": "account-state-invalid",
    "Project #123456 has been deleted.": "project-delete-requested",
    "The model is overloaded. Please try again later.": "capacity-exhausted",
    "Failed to create API key. You do not have permission.": "key-create-denied",
    "User location is not supported": "region-unsupported",
    "An API Key must be set when running in a browser": "no-key-set",
    "Error returned from API. code: 403 body: App attestation failed.": "app-check-refused",
    "Error 400: admin_policy_enforced. Your institution's admin needs to review Loom": "login-app-blocked",
    "Access blocked: loom has not completed the Google verification process": "login-app-blocked",
}


@pytest.mark.parametrize(("text", "cause"), OWN.items(), ids=[*OWN])
def test_googles_own_words_need_nothing_else(text: str, cause: str) -> None:
    """A sentence that only Google writes has its cause without any name beside it."""
    best = diagnose(text).best

    assert best is not None
    assert best.cause.id == cause
