"""Deliver by Socket Mode: each envelope to exactly one of the app's open WebSockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.slack import manifest
from sandbox.slack.delivery.transport import NotAcknowledged, Parcel, Retry
from sandbox.slack.scheduler import Scheduler

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.slack.delivery.connection import Connection

MAX_CONNECTIONS = 10
TICKET_SECONDS = 30.0
LIFETIME_SECONDS = 3_600
DEBUG_LIFETIME_SECONDS = 360
WARNING_SECONDS = 10.0
GRACE_SECONDS = 1.0

Json = dict[str, Any]


@dataclass(slots=True)
class SocketTransport:
    """The app's WebSockets, the tickets that open them, and the envelopes not yet acknowledged."""

    clock: Callable[[], float]
    scale: float = 1.0
    address: str = ""
    tickets: dict[str, float] = field(default_factory=dict)
    connections: list[Connection] = field(default_factory=list)
    waiting: dict[str, asyncio.Future[Json | None]] = field(default_factory=dict)
    scheduler: Scheduler = field(default_factory=Scheduler)
    turn: int = 0

    def ticket_url(self) -> str:
        """Return a WebSocket address that opens one connection, once (apps.connections.open)."""
        ticket = secrets.token_urlsafe(24)
        self.tickets[ticket] = self.clock()
        host = self.address.removeprefix("http")
        return f"ws{host}/link?ticket={ticket}&app_id={manifest.APP_ID}"

    def redeem(self, ticket: str) -> bool:
        """Use a ticket up; False when it is unknown, used or older than half a minute."""
        issued = self.tickets.pop(ticket, None)
        return issued is not None and self.clock() - issued <= TICKET_SECONDS

    async def send(self, parcel: Parcel, retry: Retry | None = None) -> Json | None:
        """Hand the envelope to one socket, in turn, and wait for the ack from any of them."""
        connection = self._next()
        answer: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self.waiting[parcel.envelope_id] = answer
        try:
            await connection.send(envelope(parcel, retry))
            payload = await answer
        finally:
            self.waiting.pop(parcel.envelope_id, None)
        return payload if parcel.accepts_response_payload else None

    async def serve(self, connection: Connection, *, debug: bool = False) -> None:
        """Keep one accepted WebSocket: hello, then acks, until it ends."""
        if len(self.connections) >= MAX_CONNECTIONS:
            await connection.send(disconnect("too_many_websockets"))
            await connection.close()
            return
        self.connections.append(connection)
        try:
            await connection.send(hello(len(self.connections), debug=debug))
            async for text in connection.texts():
                self._ack(text)
        finally:
            with contextlib.suppress(ValueError):
                self.connections.remove(connection)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to reconnect; ten seconds after `warning` it is asked again, a second later closed."""
        await self._retire(list(self.connections), reason)

    def abort(self) -> None:
        """Cut every TCP connection without a word."""
        for connection in self.connections:
            connection.abort()

    def silence(self) -> None:
        """Stop answering on every connection, pings included, without closing it."""
        for connection in self.connections:
            connection.silence()

    async def start(self) -> None:
        """Have nothing to prepare: the app connects to us."""

    async def stop(self) -> None:
        """Close every WebSocket."""
        await self.scheduler.stop()
        await self._close(list(self.connections))

    async def _retire(self, connections: list[Connection], reason: str) -> None:
        for connection in connections:
            await connection.send(disconnect(reason))
        if reason == "warning":
            again = self._retire(connections, "refresh_requested")
            self.scheduler.later(WARNING_SECONDS * self.scale, again)
        else:
            self.scheduler.later(GRACE_SECONDS * self.scale, self._close(connections))

    async def _close(self, connections: list[Connection]) -> None:
        for connection in connections:
            await connection.close()

    def _next(self) -> Connection:
        if not self.connections:
            raise NotAcknowledged("connection_failed")
        self.turn += 1
        return self.connections[self.turn % len(self.connections)]

    def _ack(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        answer = self.waiting.get(message.get("envelope_id", "")) if isinstance(message, dict) else None
        if answer is not None and not answer.done():
            answer.set_result(message.get("payload") or None)


def envelope(parcel: Parcel, retry: Retry | None) -> Json:
    """Wrap a payload for the socket; only events carry retry marks."""
    wrapped: Json = {
        "envelope_id": parcel.envelope_id,
        "type": parcel.envelope_type,
        "accepts_response_payload": parcel.accepts_response_payload,
        "payload": parcel.payload,
    }
    if parcel.kind == "event":
        reason = (retry.reason if retry else "").removeprefix("http_")
        wrapped |= {"retry_attempt": retry.attempt if retry else 0, "retry_reason": reason}
    return wrapped


def hello(num_connections: int, *, debug: bool) -> Json:
    """Greet a new connection."""
    seconds = DEBUG_LIFETIME_SECONDS if debug else LIFETIME_SECONDS
    return {
        "type": "hello",
        "num_connections": num_connections,
        "debug_info": {
            "host": "applink-sandbox",
            "build_number": 1,
            "approximate_connection_time": seconds,
        },
        "connection_info": {"app_id": manifest.APP_ID},
    }


def disconnect(reason: str) -> Json:
    """Say that a connection ends: warning, refresh_requested, link_disabled or too_many_websockets."""
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}
