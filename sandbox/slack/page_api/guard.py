"""Keep other sites' pages and other machines out (DNS rebinding, cross-site requests)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(host: str) -> bool:
    """Tell whether a Host header names this machine."""
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK
    except ValueError:
        return False


class LoopbackOnly:
    """Refuses any request whose Host is not this machine's loopback name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        host = Headers(scope=scope).get("host", "")
        await _pass_or_refuse(self.app, is_loopback(host), scope, receive, send)


class SameOrigin:
    """Refuses requests that another site's page makes; clients that are no browsers send no Origin."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        own = f"{scope.get('scheme', 'http')}://{headers.get('host', '')}"
        await _pass_or_refuse(self.app, origin in {None, own}, scope, receive, send)


async def _pass_or_refuse(app: ASGIApp, allowed: bool, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: FBT001 - a private helper
    if not allowed:
        app = JSONResponse({"ok": False, "error": "forbidden"}, status_code=403)
    await app(scope, receive, send)
