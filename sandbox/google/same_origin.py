"""Keep other web pages out: only this machine's own page may act here."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    Endpoint = Callable[[Request], Awaitable[Response]]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def same_origin(endpoint: Endpoint) -> Endpoint:
    """Refuse a foreign Origin, and a Host that only pretends to be this machine (DNS rebinding), with 403."""

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        origin = request.headers.get("origin")
        foreign = origin is not None and origin != f"{request.url.scheme}://{request.headers.get('host', '')}"
        if foreign or urlsplit(f"//{request.headers.get('host', '')}").hostname not in LOOPBACK:
            return PlainTextResponse("This origin may not act here.", 403)
        return await endpoint(request)

    return guarded
