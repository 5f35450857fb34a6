"""A restricted key opens what it names, to whom it names, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.google.answers import reason

KEY_NAME = "/v2/projects/acme-ml-dev/locations/global/keys/gk-1"


async def restrict(rest: Any, **restrictions: Any) -> None:
    targets = [{"service": "generativelanguage.googleapis.com"}]
    document = {"restrictions": {"apiTargets": targets, **restrictions}}
    status, _ = await rest.call("PATCH", f"{KEY_NAME}?updateMask=restrictions", document)
    assert status == 200


@pytest.mark.parametrize(
    ("restrictions", "headers", "blocked"),
    [
        ({"serverKeyRestrictions": {"allowedIps": ["10.0.0.0/8"]}}, {}, "API_KEY_IP_ADDRESS_BLOCKED"),
        ({"serverKeyRestrictions": {"allowedIps": ["127.0.0.0/8"]}}, {}, ""),
        (
            {"browserKeyRestrictions": {"allowedReferrers": ["acme.test/*"]}},
            {},
            "API_KEY_HTTP_REFERRER_BLOCKED",
        ),
        (
            {"browserKeyRestrictions": {"allowedReferrers": ["acme.test/*"]}},
            {"referer": "https://acme.test/app"},
            "",
        ),
        (
            {"iosKeyRestrictions": {"allowedBundleIds": ["test.acme"]}},
            {},
            "API_KEY_IOS_APP_BLOCKED",
        ),
        (
            {"iosKeyRestrictions": {"allowedBundleIds": ["test.acme"]}},
            {"x-ios-bundle-identifier": "test.acme"},
            "",
        ),
        (
            {
                "androidKeyRestrictions": {
                    "allowedApplications": [{"packageName": "a.b", "sha1Fingerprint": "AB" * 20}]
                }
            },
            {"x-android-package": "a.b"},
            "API_KEY_ANDROID_APP_BLOCKED",
        ),
        (
            {
                "androidKeyRestrictions": {
                    "allowedApplications": [{"packageName": "a.b", "sha1Fingerprint": "AB" * 20}]
                }
            },
            {"x-android-package": "a.b", "x-android-cert": ":".join(["ab"] * 20)},
            "",
        ),
    ],
)
async def test_client_restrictions_let_only_the_named_clients_in(
    rest: Any, gemini_key: str, restrictions: dict[str, Any], headers: dict[str, str], blocked: str
) -> None:
    """By address, referrer, iOS bundle and Android app; who fits is served."""
    await restrict(rest, **restrictions)

    status, body = await rest.generate(gemini_key, **headers)

    assert status == (403 if blocked else 200)
    assert not blocked or reason(body) == blocked


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ({"service": "aiplatform.googleapis.com"}, 403),
        ({"service": "generativelanguage.googleapis.com", "methods": ["ListModels"]}, 403),
        ({"service": "generativelanguage.googleapis.com", "methods": ["Generate*"]}, 200),
    ],
)
async def test_an_api_restriction_names_service_and_methods(
    rest: Any, gemini_key: str, target: dict[str, Any], status: int
) -> None:
    """API_KEY_SERVICE_BLOCKED when the key is for something else."""
    await restrict(rest, apiTargets=[target])

    got, body = await rest.generate(gemini_key)

    assert got == status
    assert status == 200 or reason(body) == "API_KEY_SERVICE_BLOCKED"
