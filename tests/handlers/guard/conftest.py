from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
import pytest_asyncio
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from starlette.applications import Starlette
from starlette.routing import Route

from handlers.guard import Guard
from tests.handlers.guard.door import SECRET, World, bolt, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[World]:
    """Serve for the whole module, as uvicorn takes a tenth of a second to stop."""
    world = World()
    handler = AsyncSlackRequestHandler(bolt(world))

    async def endpoint(request: Request) -> Response:
        world.at_bolt.append({name: request.headers.getlist(name) for name in request.headers})
        return await handler.handle(request)

    app = Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])
    async with serving(Guard(app, signing_secret=SECRET, once=world.memory.once)) as url:
        world.url = url
        async with aiohttp.ClientSession() as world.http:
            yield world


@pytest.fixture
def world(site: World) -> World:
    site.memory.seen.clear()
    site.memory.broken, site.memory.hangs = None, False
    site.heard.clear()
    site.at_bolt.clear()
    return site
