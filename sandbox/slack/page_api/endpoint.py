"""Wrap page functions into HTTP endpoints: JSON in, JSON out, refusals as words."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.slack.errors import PageError

Json = dict[str, Any]
Handler = Callable[[Request], Awaitable[Json]]


def endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Answer with the handler's JSON, or with {"ok": false, "error": word}."""

    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await handler(request))
        except PageError as refused:
            return JSONResponse(refused.as_json(), status_code=refused.status)

    return answer


async def body_of(request: Request) -> Json:
    """Read a JSON object; PageError invalid_json."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise PageError("invalid_json") from None
    if not isinstance(body, dict):
        raise PageError("invalid_json")
    return body


def word(body: Json, name: str) -> str:
    """Return a required string of the body; PageError missing_argument."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise PageError("missing_argument", argument=name)
    return value


def me(request: Request) -> str:
    """Return the user the page acts as; PageError missing_argument."""
    return word(dict(request.query_params), "as")
