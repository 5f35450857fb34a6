"""Signed commands and events over kept-alive connections, timed from first byte sent to last one read."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HOST = "127.0.0.1"
OK = b"HTTP/1.1 200"
FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"
ADA = "U0ADA"
_numbers = count(1)


class Line:
    """One connection, as Slack keeps it; one command at a time."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, signing_secret: str
    ) -> None:
        self._reader, self._writer = reader, writer
        self._secret = signing_secret.encode()

    async def command(self, text: str, expected: str, user_id: str = ADA) -> float:
        """Type `/gemini-key text`; returns the seconds until the ack, which must hold `expected`."""
        return await self._send(self._signed(_slash_command(text, user_id), FORM), expected)

    async def home(self, user_id: str) -> float:
        """Look at the app's Home; returns the seconds until the ack, before which it was published."""
        return await self._send(self._signed(_home_opened(user_id), JSON), "")

    async def _send(self, request: bytes, expected: str) -> float:
        began = time.perf_counter()
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        body = await self._reader.readexactly(_content_length(head))
        seconds = time.perf_counter() - began
        if not head.startswith(OK) or expected.encode() not in body:
            raise RuntimeError(f"not acked: {head[:40]!r} {body[:300]!r}")
        return seconds

    def _signed(self, body: bytes, content_type: bytes) -> bytes:
        stamp = b"%d" % time.time()
        digest = hmac.new(self._secret, b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest()
        return (
            b"POST /slack/events HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: %s\r\n"
            b"Content-Length: %d\r\nX-Slack-Request-Timestamp: %s\r\nX-Slack-Signature: v0=%s\r\n\r\n"
        ) % (content_type, len(body), stamp, digest.encode()) + body


@asynccontextmanager
async def lines(port: int, signing_secret: str, number: int) -> AsyncIterator[list[Line]]:
    """Open connections to one server."""
    opened = [await asyncio.open_connection(HOST, port) for _ in range(number)]
    try:
        yield [Line(reader, writer, signing_secret) for reader, writer in opened]
    finally:
        for _, writer in opened:
            writer.close()


def _slash_command(text: str, user_id: str) -> bytes:
    """Shape a command as Slack does, about 400 bytes; the trigger id makes each one new."""
    fields = {
        "token": "verification-token-of-old",
        "team_id": "T0ACME",
        "team_domain": "acme",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": user_id,
        "user_name": user_id.lower(),
        "command": "/gemini-key",
        "text": text,
        "api_app_id": "A0GEMINIKEY",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:9/response/none",
        "trigger_id": f"{next(_numbers)}.{time.time_ns()}.0123456789abcdef",
    }
    return urlencode(fields).encode()


def _home_opened(user_id: str) -> bytes:
    """Shape the event that somebody looks at Home; its id makes each one new."""
    event = {"type": "app_home_opened", "user": user_id, "channel": "D0HOME", "tab": "home"}
    return json.dumps(
        {
            "token": "verification-token-of-old",
            "team_id": "T0ACME",
            "api_app_id": "A0GEMINIKEY",
            "event": {**event, "event_ts": f"{time.time():.6f}"},
            "type": "event_callback",
            "event_id": f"Ev{next(_numbers)}.{time.time_ns()}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": "T0ACME", "user_id": "U0BOT", "is_bot": True}],
        }
    ).encode()


def _content_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise RuntimeError(f"no Content-Length: {head[:200]!r}")
