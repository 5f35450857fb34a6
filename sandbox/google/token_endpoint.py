"""The OAuth token endpoint: trade a signed assertion for an access token."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.google.authn import GRANT_TYPE, LIFETIME_S

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.google.authn import Authenticator


def token_route(authenticator: Authenticator) -> Route:
    """Return the route POST /token."""

    async def token(request: Request) -> JSONResponse:
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        if form.get("grant_type") != [GRANT_TYPE]:
            return _refuse("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', [''])[0]}")
        try:
            access_token = authenticator.exchange(form.get("assertion", [""])[0])
        except ValueError as error:
            return _refuse("invalid_grant", str(error))
        answer = {"access_token": access_token, "expires_in": LIFETIME_S, "token_type": "Bearer"}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return Route("/token", token, methods=["POST"])


def _refuse(error: str, description: str) -> JSONResponse:
    return JSONResponse({"error": error, "error_description": description}, 400)
