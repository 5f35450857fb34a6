"""Only tokens signed by a known service account's own key are believed."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.api_core import exceptions
from google.auth import crypt, jwt
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.cloud.api_keys_v2 import ApiKeysAsyncClient
from google.oauth2 import service_account

PARENT = "projects/acme-ml-dev/locations/global"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"


def key_file(clients: Any) -> dict[str, Any]:
    with open(clients.key_file, encoding="utf-8") as file:  # noqa: PTH123 - a few bytes in a test
        return dict(json.load(file))


def forged(clients: Any) -> dict[str, Any]:
    """Return the bot's own key file with another private key under the same id."""
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = other.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {**key_file(clients), "private_key": pem.decode()}


def token(info: dict[str, Any], **claims: Any) -> str:
    now = int(time.time())
    email = info["client_email"]
    payload = {"iss": email, "sub": email, "iat": now, "exp": now + 600, **claims}
    signer = crypt.RSASigner.from_service_account_info(info)
    return jwt.encode(signer, payload).decode()


async def get_project(rest: Any, bearer: str) -> tuple[int, str]:
    headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
    status, body = await rest.call("GET", "/v3/projects/acme-ml-dev", headers=headers)
    return status, body.get("error", {}).get("details", [{}])[0].get("reason", "")


async def test_a_forged_signature_is_unauthenticated(clients: Any) -> None:
    """The real gRPC client with a key that Google never issued."""
    credentials = service_account.Credentials.from_service_account_info(forged(clients))
    client = clients.get(ApiKeysAsyncClient, credentials)

    with pytest.raises(exceptions.Unauthenticated):
        await client.list_keys(parent=PARENT, timeout=5)


async def test_the_audience_must_be_the_service_itself(clients: Any, rest: Any) -> None:
    """A token for Resource Manager opens Resource Manager; one for another service or nothing does not."""
    info = key_file(clients)
    good = token(info, aud="https://cloudresourcemanager.googleapis.com/")
    other = token(info, aud="https://secretmanager.googleapis.com/")

    assert await get_project(rest, good) == (200, "")
    assert await get_project(rest, other) == (401, "JWT_TOKEN_INVALID")
    assert await get_project(rest, token(info)) == (401, "JWT_TOKEN_INVALID")
    assert await get_project(rest, token(info, scope=SCOPE)) == (200, "")


async def test_expired_borrowed_and_absent_tokens_are_refused(clients: Any, rest: Any) -> None:
    """Exp counts, sub must be iss, the issuer must exist, and something must be there."""
    info, aud = key_file(clients), "https://cloudresourcemanager.googleapis.com/"
    past = int(time.time()) - 7200

    expired = token(info, aud=aud, iat=past, exp=past + 60)
    borrowed = token(info, aud=aud, sub="radia@acme.test")
    stranger = token({**info, "client_email": "nobody@acme-bot.iam.gserviceaccount.com"}, aud=aud)

    for bad in (expired, borrowed, stranger, "nonsense"):
        assert await get_project(rest, bad) == (401, "ACCESS_TOKEN_TYPE_UNSUPPORTED")
    assert await get_project(rest, "") == (401, "CREDENTIALS_MISSING")


async def test_a_disabled_service_account_is_refused(cloud: Any, clients: Any) -> None:
    """ACCOUNT_STATE_INVALID, whatever its key says."""
    accounts = cloud.world.projects["acme-bot"].service_accounts
    accounts["gemini-key-bot@acme-bot.iam.gserviceaccount.com"].message.disabled = True

    with pytest.raises(exceptions.Unauthenticated) as caught:
        await clients.api_keys.list_keys(parent=PARENT, timeout=5)

    assert caught.value.reason == "ACCOUNT_STATE_INVALID"


def in_the_default_universe(info: dict[str, Any]) -> Any:
    """Return credentials that use the token endpoint, as scoped ones do outside a custom universe."""
    plain = {**info, "universe_domain": "googleapis.com"}
    return service_account.Credentials.from_service_account_info(plain, scopes=[SCOPE])


async def test_the_token_endpoint_trades_an_assertion_for_an_opaque_token(clients: Any, rest: Any) -> None:
    """google-auth signs Google's own audience; the token it gets opens the REST door."""
    credentials = in_the_default_universe(key_file(clients))
    assertion = credentials._make_authorization_grant_assertion()
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion.decode()}

    async with rest.session.post(key_file(clients)["token_uri"], data=form) as answer:
        grant = await answer.json()

    assert (grant["token_type"], grant["expires_in"]) == ("Bearer", 3599)
    assert await get_project(rest, grant["access_token"]) == (200, "")


async def test_the_token_endpoint_refuses_a_forged_assertion(clients: Any) -> None:
    """google-auth's own refresh ends in invalid_grant."""
    credentials = in_the_default_universe(forged(clients))
    # The lookup of a regional boundary would leave the machine; only the token call is wanted here.
    with pytest.raises(RefreshError, match="invalid_grant"):
        await asyncio.to_thread(credentials._perform_refresh_token, Request())
