"""Stream what happens to the page as server-sent events."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response, StreamingResponse

from sandbox.slack.errors import PageError
from sandbox.slack.page_api.endpoint import me
from sandbox.slack.traffic import as_text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from sandbox.slack.hub import Hub, Listener
    from sandbox.slack.team import Team

KEEP_ALIVE_SECONDS = 15.0


class EventStream:
    """Answers GET /page/events."""

    def __init__(self, team: Team) -> None:
        self._team = team

    async def __call__(self, request: Request) -> Response:
        """Open a stream for the user that the page acts as."""
        try:
            user = me(request)
            self._team.workspace.person(user)
        except PageError as refused:
            return JSONResponse(refused.as_json(), status_code=refused.status)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        hub = self._team.hub
        # Joined before the answer starts: nothing that happens from now on is missed.
        return StreamingResponse(lines(hub, hub.join(user)), media_type="text/event-stream", headers=headers)


async def lines(hub: Hub, listener: Listener) -> AsyncIterator[str]:
    """Yield events as they come, and a comment now and then to keep the connection alive."""
    try:
        yield ": ready\n\n"
        while True:
            try:
                async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                    event = await listener.waiting.get()
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if event is None:
                return
            yield f"data: {as_text(event)}\n\n"
    finally:
        hub.leave(listener)
