"""Stand before a server and change, delay or lose what some of its paths answer."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Json = dict[str, Any]


class Twisted:
    """An ASGI app in front of another; paths are known by their last part (`chat.postMessage`)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.changes: dict[str, Callable[[Json], Json]] = {}
        self.delays: dict[str, float] = {}
        self.lost: dict[str, int] = {}
        self.instead: dict[str, tuple[int, str, bytes]] = {}
        self.waiting: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope.get("path", "").rpartition("/")[2]
        if name in self.delays:
            self.waiting[name] += 1
            await asyncio.sleep(self.delays[name])
            self.waiting[name] -= 1
        if self.lost.get(name, 0) > 0:
            self.lost[name] -= 1
            await self.app(scope, receive, _nowhere)
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
            await send({"type": "http.response.body", "body": b"{", "more_body": True})
            raise ConnectionAbortedError
        if name in self.instead:
            await _say(send, *self.instead[name])
        elif name in self.changes:
            await self.app(scope, receive, _changing(send, self.changes[name]))
        else:
            await self.app(scope, receive, send)


async def _say(send: Send, status: int, content_type: str, body: bytes) -> None:
    """Answer as whatever stands between Slack and us does."""
    headers = [(b"content-type", content_type.encode()), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _changing(send: Send, change: Callable[[Json], Json]) -> Send:
    started: list[Message] = []

    async def changed(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
            return
        body = json.dumps(change(json.loads(message["body"]))).encode()
        headers = [(name, value) for name, value in started[0]["headers"] if name != b"content-length"]
        length = (b"content-length", b"%d" % len(body))
        await send({**started[0], "headers": [*headers, length]})
        await send({**message, "body": body})

    return changed


async def _nowhere(_: Message) -> None:
    """Let the work be done and its answer be lost."""
