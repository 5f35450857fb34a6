"""Socket Mode: two connections, so that losing one loses no click, each back at once when it is lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import ClientError, TraceConfig, WSMsgType
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from handlers import arrival
from handlers.outbox import kind_of
from handlers.shape import shaped

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.socket_mode.request import SocketModeRequest

# With 3 s a silent connection is noticed after 4.5 s. The other one asks at other moments, so that what holds
# up one pong rarely costs both connections.
PINGS_SECONDS = (3, 4)

log = structlog.get_logger(__name__)


class Client(SocketModeClient):
    """Slack's client, made to come back at once: at its next ping is too late for the click meanwhile."""

    def __init__(self, app_token: str, **options: Any) -> None:
        super().__init__(app_token, **options)
        tickets = TraceConfig()
        tickets.on_request_start.append(self._use_ticket)
        tickets.freeze()
        self.aiohttp_client_session.trace_configs.append(tickets)

    async def _use_ticket(self, *_: object) -> None:
        """Forget an address as it is dialled: it works once, and the client would try it for ever."""
        self.wss_uri = None

    async def receive_messages(self) -> None:
        """Read until the connection ends, whoever ended it, and open the next one right away."""
        session = self.current_session
        if session is None:
            return
        async for message in session:
            if message.type is WSMsgType.TEXT:
                await self.enqueue_message(message.data)
            elif message.type is WSMsgType.PING:
                await session.pong(message.data)
            elif message.type is WSMsgType.PONG:
                self._note(message.data)
        if not self.closed and session is self.current_session:
            log.info("slack.socket_lost", code=session.close_code)
            # A task of its own: connecting cancels the reader, which is this one.
            self._returning = asyncio.create_task(self._return())

    async def _return(self) -> None:
        try:
            await self.connect_to_new_endpoint()
        except (SlackApiError, ClientError, TimeoutError) as error:
            # The monitor tries again at its next ping, and from then on at each.
            log.info("slack.socket_waits", kind=kind_of(error))

    def _note(self, data: bytes) -> None:
        """Tell the monitor of the last pong to its own ping; the others are aiohttp's."""
        mark, _, at = data.decode("utf-8", "replace").partition(":")
        if mark == "sdk-ping-pong" and at:
            self.last_ping_pong_time = float(at)


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler with that client."""

    def __init__(self, app: AsyncApp, app_token: str, ping_interval: float) -> None:
        self.app, self.app_token = app, app_token
        self.client = Client(app_token, logger=app.logger, web_client=app.client, ping_interval=ping_interval)
        self.client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Count the time from here."""
        arrival.note()
        if isinstance(req.payload, dict):
            req.payload = shaped(req.payload)
        await super().handle(client, req)


class Sockets:
    """The connections that Slack delivers over."""

    def __init__(self, app: AsyncApp, app_token: str, pings: tuple[float, ...] = PINGS_SECONDS) -> None:
        """Nothing is connected before `open`; there is one connection for each interval of `pings`."""
        self._handlers = [_Handler(app, app_token, seconds) for seconds in pings]

    async def open(self) -> None:
        """Connect all of them; each comes back by itself when it is lost."""
        connecting = (handler.connect_async() for handler in self._handlers)  # type: ignore[no-untyped-call]
        await asyncio.gather(*connecting)

    async def close(self) -> None:
        """Disconnect for good."""
        closing = (handler.close_async() for handler in self._handlers)  # type: ignore[no-untyped-call]
        await asyncio.gather(*closing, return_exceptions=True)

    @property
    def connections(self) -> int:
        """How many are open now."""
        return sum(_is_open(handler) for handler in self._handlers)

    def trouble(self) -> str:
        """Say so when no connection is open."""
        return "" if self.connections else "no Socket Mode connection is open"


def _is_open(handler: AsyncSocketModeHandler) -> bool:
    session = handler.client.current_session
    return session is not None and not session.closed
