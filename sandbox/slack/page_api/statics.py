"""Serve the page's files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

import sandbox

if TYPE_CHECKING:
    from starlette.middleware import Middleware
    from starlette.requests import Request

PAGE = Path(sandbox.__file__).parent / "page"
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
"""Nothing on the page may reach another machine."""


async def index(request: Request) -> Response:
    """Serve the page itself."""
    file = PAGE / "index.html"
    if not file.is_file():
        return PlainTextResponse("The page is not installed beside this Slack.", status_code=404)
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return FileResponse(file, headers=headers)


def routes(middleware: list[Middleware]) -> list[BaseRoute]:
    """List / and /static, behind this middleware."""
    files = StaticFiles(directory=PAGE, check_dir=False)
    return [Route("/", index, middleware=middleware), Mount("/static", files, middleware=middleware)]
