"""The anchor of every ack: a bare Bolt app with one listener and one ack, served as the bot is served.

Told `written`, it also makes the three round trips to Redis that a durable write needs, and nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import time
from typing import TYPE_CHECKING, Any

import uvicorn
import uvloop
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request  # noqa: TC002 - Starlette looks at what the endpoint takes
from starlette.routing import Route

from bot.store.redis import connect
from tests.bench.child import say, until_stdin_ends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_bolt.async_app import AsyncAck
    from starlette.responses import Response

    from bot.store.redis import Client

# What a move does to Redis at the least: a version check, a record, an event.
WRITE = """
if redis.call("HGET", KEYS[1], "v") ~= ARGV[1] then
  redis.call("HSET", KEYS[1], "v", ARGV[1], "json", ARGV[2])
end
return redis.call("XADD", KEYS[2], "MAXLEN", "~", 1000, "*", "event", ARGV[2])
"""


class Server(uvicorn.Server):
    """uvicorn that leaves signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def application(signing_secret: str, redis: Client) -> Starlette:
    """Make the smallest app that acks a signed slash command in its own response."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0ACME", bot_token="none", bot_user_id="U0BOT")

    write = redis.register_script(WRITE)
    app = AsyncApp(signing_secret=signing_secret, authorize=authorize, process_before_response=True)

    @app.command("/gemini-key")
    async def gemini_key(ack: AsyncAck, body: dict[str, Any]) -> None:
        if body["text"] == "written":
            await redis.set(f"bare:once:{body['trigger_id']}", "1", nx=True, ex=60)
            await redis.hmget("bare:record", ["v", "json"])
            await write(keys=["bare:record", "bare:events"], args=[time.time(), "x" * 500])
        await ack(text=f"You said {body['text']}.", response_type="ephemeral")

    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


async def run(signing_secret: str, redis_url: str) -> None:
    """Serve until the parent lets go."""
    redis = connect(redis_url)
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        application(signing_secret, redis), log_config=None, access_log=False, server_header=False
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    say(port=listening.getsockname()[1])
    await until_stdin_ends()
    server.should_exit = True
    await serving
    await redis.aclose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("signing_secret")
    parser.add_argument("redis_url")
    chosen = parser.parse_args()
    uvloop.run(run(chosen.signing_secret, chosen.redis_url))
