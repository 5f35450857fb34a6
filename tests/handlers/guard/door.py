"""A real Bolt app behind the guard, on a real server, and a caller who signs as Slack does, or does not."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import uvicorn
from multidict import CIMultiDict
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import aiohttp

SECRET = "the signing secret of a test"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
STAMP, SIGN = "X-Slack-Request-Timestamp", "X-Slack-Signature"
HOME = json.dumps(
    {"type": "event_callback", "team_id": "T1", "event": {"type": "app_home_opened", "user": "U1"}}
)


@dataclass
class Memory:
    """Remember signatures as Redis would, and fail on demand."""

    seen: dict[str, int] = field(default_factory=dict)
    broken: Exception | None = None
    hangs: bool = False

    async def once(self, signature: str, seconds: int) -> bool:
        if self.hangs:
            await asyncio.sleep(60)
        if self.broken:
            raise self.broken
        new = signature not in self.seen
        self.seen.setdefault(signature, seconds)
        return new


@dataclass
class Reply:
    status: int
    text: str
    headers: dict[str, str]


@dataclass
class World:
    """A real Bolt app behind the guard, on a real server, and what reached it."""

    memory: Memory = field(default_factory=Memory)
    heard: list[tuple[str, Any]] = field(default_factory=list)
    at_bolt: list[dict[str, list[str]]] = field(default_factory=list)
    url: str = ""
    http: aiohttp.ClientSession = field(init=False)

    async def post(
        self,
        body: bytes | str | dict[str, str],
        content_type: str = FORM,
        *,
        at: float | None = None,
        change: Callable[[CIMultiDict[str]], object] = CIMultiDict.copy,
        chunked: bool = False,
    ) -> Reply:
        """Send as Slack does, after `change` has spoilt the headers."""
        raw = (
            urlencode(body).encode()
            if isinstance(body, dict)
            else body.encode()
            if isinstance(body, str)
            else body
        )
        headers = CIMultiDict({**signed(raw, at), "Content-Type": content_type})
        change(headers)
        data: Any = chunks(raw) if chunked else BytesIO(raw)
        async with self.http.post(self.url, data=data, headers=headers) as response:
            return Reply(response.status, await response.text(), dict(response.headers))


def signed(raw: bytes, at: float | None = None) -> dict[str, str]:
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(SECRET.encode(), f"v0:{timestamp}:".encode() + raw, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


async def chunks(raw: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(raw), 65_536):
        yield raw[start : start + 65_536]


def bolt(world: World) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U9", bot_id="B9")

    app = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True)

    @app.command("/gemini-key")
    async def command(ack: Any, command: dict[str, Any]) -> None:
        world.heard.append(("command", command["text"]))
        await ack("heard")

    @app.action("approve")
    async def action(ack: Any, action: dict[str, Any]) -> None:
        world.heard.append(("action", action["value"]))
        await ack()

    @app.view("request")
    async def view(ack: Any, view: dict[str, Any]) -> None:
        world.heard.append(("view", view["private_metadata"]))
        await ack()

    @app.event("app_home_opened")
    async def event(event: dict[str, Any]) -> None:
        world.heard.append(("event", event["user"]))

    return app


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, ws="none", lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/slack/events"
    finally:
        await server.shutdown()


def command(text: str = "request") -> dict[str, str]:
    return {
        "command": "/gemini-key",
        "text": text,
        "team_id": "T1",
        "user_id": "U1",
        "channel_id": "C1",
        "response_url": "http://127.0.0.1:9/hook",
        "trigger_id": "1.2",
    }


def interaction(kind: str, **more: Any) -> dict[str, str]:
    payload = {"type": kind, "team": {"id": "T1"}, "user": {"id": "U1"}, **more}
    return {"payload": json.dumps(payload)}


async def refused(world: World, reply: Reply, status: int, reason: str, logs: list[Any]) -> None:
    """A refusal says one word, logs one line without the body, and Bolt hears nothing."""
    assert (reply.status, reply.text) == (status, reason)
    assert world.at_bolt == []
    mine = [{k: v for k, v in line.items() if k not in {"log_level", "error"}} for line in logs]
    assert mine == [{"event": "slack.refused", "status": status, "reason": reason}]


def without(*names: str) -> Callable[[CIMultiDict[str]], object]:
    return lambda headers: [headers.pop(name) for name in names]


def with_(name: str, value: str) -> Callable[[CIMultiDict[str]], object]:
    return lambda headers: headers.update({name: value})
