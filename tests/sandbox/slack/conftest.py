from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from sandbox.slack.server import Slack
from sandbox.slack.serving import address_of, listen

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Awaitable, Callable

    from sandbox.slack.options import Options

PATIENCE = 20.0


class Clock:
    """A clock that tests move by hand."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        self.ahead += seconds


class Page:
    """A page without a browser: acts as one user and hears what is pushed to that user."""

    def __init__(self, session: aiohttp.ClientSession, address: str, user: str) -> None:
        self.session = session
        self.address = address
        self.user = user
        self.heard: list[dict[str, Any]] = []
        self._news = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def listen(self) -> Page:
        response = await self.session.get(f"{self.address}/page/events", params={"as": self.user})
        self._task = asyncio.create_task(self._read(response))
        return self

    async def _read(self, response: aiohttp.ClientResponse) -> None:
        async for line in response.content:
            if line.startswith(b"data: "):
                async with self._news:
                    self.heard.append(json.loads(line[6:]))
                    self._news.notify_all()

    async def event(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Wait for the first event heard so far or later that has these fields."""

        def found() -> dict[str, Any] | None:
            wanted = {"type": kind, **fields}
            return next((e for e in self.heard if wanted.items() <= e.items()), None)

        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: found() is not None)
        event = found()
        assert event is not None
        return event

    async def settled(self, delivery: str) -> str:
        """Wait until a delivery has ended and return how."""
        for state in await self._states(delivery):
            if state != "sent":
                return state
        raise AssertionError(delivery)

    async def _states(self, delivery: str) -> list[str]:
        def states() -> list[str]:
            return [
                e["state"] for e in self.heard if e.get("delivery") == delivery and e["type"] == "delivery"
            ]

        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: set(states()) - {"sent"})
        return states()

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        async with self.session.post(
            f"{self.address}/page/{path}", json={"as": self.user, **body}
        ) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        async with self.session.get(
            f"{self.address}/page/{path}", params={"as": self.user, **params}
        ) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    async def command(self, text: str, channel: str = "C0GENERAL") -> dict[str, Any]:
        return await self.post("command", channel=channel, text=text)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


class World:
    """A running Slack, and the real clients that speak to it."""

    def __init__(self, slack: Slack, clock: Clock, stack: contextlib.AsyncExitStack) -> None:
        self.slack = slack
        self.clock = clock
        self.stack = stack
        self.team = slack.team
        self.session: aiohttp.ClientSession
        self.bot: AsyncWebClient

    async def open(self) -> World:
        self.session = await self.stack.enter_async_context(aiohttp.ClientSession())
        listening = listen()
        self.slack.bind(address_of(listening))
        await self.slack.start()
        await self.stack.enter_async_context(serving(Starlette(routes=self.slack.routes()), listening))
        self.stack.push_async_callback(self.slack.stop)
        self.bot = self.client(self.slack.credentials.bot_token)
        return self

    def client(self, token: str) -> AsyncWebClient:
        return AsyncWebClient(token=token, base_url=f"{self.slack.address}/api/", session=self.session)

    async def page(self, user: str = "U0ADA") -> Page:
        page = Page(self.session, self.slack.address, user)
        self.stack.push_async_callback(page.close)
        return await page.listen()

    def app(self) -> AsyncApp:
        """Make a Bolt app that belongs to this Slack."""
        settings = self.slack.environment()
        client = AsyncWebClient(token=settings["SLACK_BOT_TOKEN"], base_url=settings["SLACK_API_URL"])
        return AsyncApp(
            client=client, signing_secret=settings["SLACK_SIGNING_SECRET"], process_before_response=True
        )

    async def connect(self, app: AsyncApp) -> AsyncSocketModeHandler:
        """Connect a Bolt app by Socket Mode and wait until Slack counts it."""
        before = len(self.sockets)
        handler = AsyncSocketModeHandler(app, self.slack.credentials.app_token, ping_interval=1)
        self.stack.push_async_callback(handler.close_async)
        await handler.connect_async()
        await until(lambda: len(self.sockets) > before)
        return handler

    async def raw_socket(self, **how: Any) -> aiohttp.ClientWebSocketResponse:
        """Connect by Socket Mode without an SDK, to ack or not to ack by hand."""
        opened = await self.bot.apps_connections_open(app_token=self.slack.credentials.app_token)
        websocket = await self.session.ws_connect(opened["url"], **how)
        self.stack.push_async_callback(websocket.close)
        return websocket

    @property
    def sockets(self) -> list[Any]:
        return list(self.team.transport.connections)

    def trigger(self, user: str = "U0ADA") -> str:
        return self.team.triggers.issue(user)


@contextlib.asynccontextmanager
async def serving(app: Starlette, listening: socket.socket) -> AsyncIterator[None]:
    """Serve an app under uvicorn in this loop."""
    config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=2)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listening])
    try:
        yield
    finally:
        # uvicorn's own shutdown sleeps a tenth of a second, which all tests together would feel.
        for each in server.servers:
            each.close()
        for connection in list(server.server_state.connections):
            connection.shutdown()
        await until(lambda: not server.server_state.connections and not server.server_state.tasks)


async def until(true: Callable[[], bool]) -> None:
    """Wait for a condition that another task brings about."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - the other side is a library's task without an event
            await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def make_world(clock: Clock) -> AsyncIterator[Callable[..., Awaitable[World]]]:
    failures: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))
    async with contextlib.AsyncExitStack() as stack:

        async def make(options: Options | None = None, **how: Any) -> World:
            return await World(Slack(options=options, clock=clock, **how), clock, stack).open()

        yield make
    broken = [context["exception"] for context in failures if "sandbox Slack" in context["message"]]
    assert broken == [], "work in the background of the sandbox Slack failed"


@pytest.fixture
async def world(make_world: Callable[..., Awaitable[World]]) -> World:
    return await make_world()


@pytest.fixture
async def http_world(make_world: Callable[..., Awaitable[World]]) -> Any:
    """Return a function that connects a Slack by signed HTTP to the Bolt app that `build` furnishes."""

    async def connect(build: Callable[[AsyncApp], None], **how: Any) -> World:
        listening = listen()
        url = f"{address_of(listening)}/slack/events"
        world = await make_world(delivery="http", request_url=url, **how)
        app = world.app()
        build(app)
        handler = AsyncSlackRequestHandler(app)
        routes = [Route("/slack/events", handler.handle, methods=["POST"])]
        await world.stack.enter_async_context(serving(Starlette(routes=routes), listening))
        return world

    return connect
