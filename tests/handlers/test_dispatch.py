"""What leaves with an ack, over both transports, and how long the work before it may take."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from starlette.requests import Request
from starlette.routing import Mount

from handlers import arrival
from handlers.arrival import LIMIT
from handlers.dispatch import App
from sandbox.slack.delivery.http import signature
from tests.support.serving import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_bolt.async_app import AsyncAck
    from slack_sdk.socket_mode.response import SocketModeResponse
    from starlette.types import Receive, Scope, Send

KEY = "AI" + "za" + "Sy" + "0123456789abcdefghijklmnopqrstuvw"
AUTH_KEY = "AQ" + "." + "0123456789abcdefghijklmnop"
SECRET = "the signing secret of a test"
COMMAND = {"command": "/say", "text": "", "team_id": "T0ACME", "user_id": "U0ADA"}


async def on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=f"{type(error).__name__}: {KEY}")


def app_that_acks(**said: Any) -> App:
    """Make an app whose one command says something; `seconds` first pass, `error` is raised instead."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0ACME", bot_token="xoxb-x")

    app = App(
        on_error=on_error,
        authorize=authorize,
        signing_secret=SECRET,
        process_before_response=True,
        logger=logging.getLogger("slack_bolt"),
    )

    @app.command("/say")
    async def say(ack: AsyncAck) -> None:
        await asyncio.sleep(said.get("seconds", 0))
        if "error" in said:
            raise said["error"]
        await ack(**said)

    return app


@asynccontextmanager
async def over_http(app: App) -> AsyncIterator[str]:
    handler = AsyncSlackRequestHandler(app)

    async def bolt(scope: Scope, receive: Receive, send: Send) -> None:
        response = await handler.handle(Request(scope, receive))
        await response(scope, receive, send)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with serving([Mount("/", bolt)], listening):
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


async def answer_over_http(app: App) -> str:
    body = "&".join(f"{name}={value}" for name, value in COMMAND.items()).encode()
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(SECRET, stamp, body),
    }
    async with (
        over_http(app) as url,
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as response,
    ):
        return await response.text()


class Wire:
    """The client's end of a socket: keeps what is sent over it."""

    def __init__(self) -> None:
        self.logger = logging.getLogger("wire")
        self.sent: list[SocketModeResponse] = []

    async def send_socket_mode_response(self, response: SocketModeResponse) -> None:
        self.sent.append(response)


async def answer_over_a_socket(app: App) -> str:
    wire, envelope = Wire(), SocketModeRequest(type="slash_commands", envelope_id="e1", payload=COMMAND)
    await send_async_response(wire, envelope, await run_async_bolt_app(app, envelope), time.time())  # type: ignore[arg-type]
    return json.dumps([response.payload for response in wire.sent])


TRANSPORTS = pytest.mark.parametrize("answer", [answer_over_http, answer_over_a_socket])


@TRANSPORTS
@pytest.mark.parametrize(
    "said",
    [
        {"text": f"here: {KEY}"},
        {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": f"`{KEY}`"}}]},
        {"response_action": "errors", "errors": {"purpose": KEY}},
        {"options": [{"text": {"type": "plain_text", "text": KEY}, "value": KEY}]},
        {"text": f"after a letter that JSON escapes: é{AUTH_KEY}"},
        {"error": ValueError()},
    ],
    ids=["text", "blocks", "errors", "options", "an escaped letter", "the error handler"],
)
async def test_no_ack_carries_a_key(answer: Any, said: dict[str, Any]) -> None:
    """Whatever a listener acks, or the error handler in its place, leaves without the key, and leaves."""
    left = await answer(app_that_acks(**said))

    assert KEY not in left
    assert AUTH_KEY not in left
    assert "…" in left or "\\u2026" in left


async def test_an_innocent_ack_is_not_touched() -> None:
    """What holds no secret arrives as it was said."""
    left = await answer_over_http(app_that_acks(text="*GK-7F3K* é 🔑 AQ. key=value"))

    assert left == "*GK-7F3K* é 🔑 AQ. key=value"


async def test_work_that_takes_too_long_is_answered_in_time() -> None:
    """Slack waits 3 s; whatever hangs, the person gets a sentence before that."""
    begun = time.monotonic()

    left = await answer_over_http(app_that_acks(seconds=30, text="late"))

    assert time.monotonic() - begun < 3
    assert time.monotonic() - begun >= LIMIT
    assert left.startswith("Unavailable")


async def test_time_spent_before_the_work_counts() -> None:
    """What the guard has used of Slack's patience is not there for the work any more."""
    app = app_that_acks(seconds=30)
    envelope = SocketModeRequest(type="slash_commands", envelope_id="e1", payload=COMMAND)
    arrival.note()
    await asyncio.sleep(0.9)
    begun = time.monotonic()

    response = await run_async_bolt_app(app, envelope)

    assert response.body.startswith("Unavailable")
    assert time.monotonic() - begun < LIMIT - 0.4
