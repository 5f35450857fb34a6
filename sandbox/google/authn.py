"""Check who signed: self-signed service-account tokens, and opaque tokens from the token endpoint."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from google.auth import exceptions, jwt

from sandbox.google.errors import Refusal, error_info
from sandbox.google.principals import Principal, service_account
from sandbox.google.tables import APIS, GET_OPERATION, api_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.google.state import World

_jwt: Any = jwt  # google-auth is typed, but these functions are not

UNIVERSE = "sandbox.test"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFETIME_S = 3599
# google-auth signs this audience whatever token_uri says.
OAUTH_AUDIENCE = "https://oauth2.googleapis.com/token"

_EXPECTED = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. "
    "See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
INVALID_CREDENTIALS = f"Request had invalid authentication credentials. {_EXPECTED}"
_MISSING = f"Request is missing required authentication credential. {_EXPECTED}"


class Authenticator:
    """Turn an Authorization header into a principal, or refuse with UNAUTHENTICATED.

    Tokens live by the machine's clock even where the world's clock is turned, because clients sign by it.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._tokens: dict[str, tuple[Principal, float]] = {}
        self.token_uri = ""

    def principal(self, headers: Mapping[str, str], service: str) -> Principal:
        """Name the caller of a method of this gRPC service."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if not token or scheme.lower() != "bearer":
            raise _unauthenticated("CREDENTIALS_MISSING", service, _MISSING)
        if token in self._tokens:
            caller, expires = self._tokens[token]
            if expires < time.time():
                raise _unauthenticated("ACCESS_TOKEN_EXPIRED", service)
            return self._enabled(caller, service)
        try:
            claims = self._verify(token)
        except (ValueError, exceptions.GoogleAuthError):
            raise _unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED", service) from None
        if not _fits(claims, service):
            raise _unauthenticated("JWT_TOKEN_INVALID", service)
        return self._enabled(service_account(claims["iss"]), service)

    def exchange(self, assertion: str) -> str:
        """Trade a signed assertion for an opaque token; ValueError when it is not good enough."""
        try:
            claims = self._verify(assertion)
        except exceptions.GoogleAuthError as error:
            raise ValueError("Invalid JWT Signature.") from error
        if claims.get("aud") not in (OAUTH_AUDIENCE, self.token_uri):
            raise ValueError("Invalid JWT: Failed audience check.")
        if SCOPE not in str(claims.get("scope", "")).split():
            raise ValueError("Invalid OAuth scope or ID token audience provided.")
        token = f"ya29.{secrets.token_urlsafe(64)}"
        self._tokens[token] = (service_account(claims["iss"]), time.time() + LIFETIME_S)
        return token

    def _verify(self, token: str) -> dict[str, Any]:
        """Return the claims of a token that one of the issuer's own keys signed."""
        unverified: dict[str, Any] = _jwt.decode(token, verify=False)
        issuer = str(unverified.get("iss", ""))
        found = self._world.service_account(issuer)
        if found is None:
            raise ValueError("Invalid grant: account not found")
        if _jwt.decode_header(token).get("alg") != "RS256":
            raise ValueError("Invalid JWT: only RS256 is accepted.")
        claims: dict[str, Any] = _jwt.decode(token, certs=dict(found[1].public_keys))
        if claims.get("sub", issuer) != issuer or issuer != found[1].message.email:
            raise ValueError("Invalid JWT: sub is not iss.")
        return claims

    def _enabled(self, caller: Principal, service: str) -> Principal:
        found = self._world.service_account(caller.email)
        if found is None or found[1].message.disabled:
            raise _unauthenticated("ACCOUNT_STATE_INVALID", service)
        return caller


def _fits(claims: Mapping[str, Any], service: str) -> bool:
    """Say whether a self-signed token is meant for this service: by audience, or by scope without one.

    Google: AIP-4111.
    """
    audience = claims.get("aud")
    if audience is None:
        return SCOPE in str(claims.get("scope", "")).split()
    hosts = [api.host for api in APIS] if service == GET_OPERATION.service else [api_of(service).host]
    hosts += [host.replace("googleapis.com", UNIVERSE) for host in hosts]
    return str(audience).rstrip("/") in {f"https://{host}" for host in hosts}


def _unauthenticated(reason: str, service: str, message: str = INVALID_CREDENTIALS) -> Refusal:
    host = "serviceusage.googleapis.com" if service == GET_OPERATION.service else api_of(service).host
    return Refusal("UNAUTHENTICATED", message, error_info(reason, service=host, method=service))
