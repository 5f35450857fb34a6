"""Signed slash commands over kept-alive connections, timed from the first byte sent to the last one read."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HOST = "127.0.0.1"
OK = b"HTTP/1.1 200"
_numbers = count(1)


class Line:
    """One connection, as Slack keeps it; one command at a time."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, signing_secret: str
    ) -> None:
        self._reader, self._writer = reader, writer
        self._secret = signing_secret.encode()

    async def command(self, text: str, expected: str) -> float:
        """Type `/gemini-key text`; returns the seconds until the ack, which must hold `expected`."""
        request = self._signed(text)
        began = time.perf_counter()
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        body = await self._reader.readexactly(_content_length(head))
        seconds = time.perf_counter() - began
        if not head.startswith(OK) or expected.encode() not in body:
            raise RuntimeError(f"not acked: {head[:40]!r} {body[:300]!r}")
        return seconds

    def _signed(self, text: str) -> bytes:
        body, stamp = _slash_command(text), b"%d" % time.time()
        digest = hmac.new(self._secret, b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest()
        return (
            b"POST /slack/events HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\nX-Slack-Request-Timestamp: %s\r\nX-Slack-Signature: v0=%s\r\n\r\n"
        ) % (len(body), stamp, digest.encode()) + body


@asynccontextmanager
async def lines(port: int, signing_secret: str, number: int) -> AsyncIterator[list[Line]]:
    """Open connections to one server."""
    opened = [await asyncio.open_connection(HOST, port) for _ in range(number)]
    try:
        yield [Line(reader, writer, signing_secret) for reader, writer in opened]
    finally:
        for _, writer in opened:
            writer.close()


def _slash_command(text: str) -> bytes:
    """Shape Ada's command as Slack does, about 400 bytes; the trigger id makes each one new."""
    fields = {
        "token": "verification-token-of-old",
        "team_id": "T0ACME",
        "team_domain": "acme",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": "U0ADA",
        "user_name": "ada",
        "command": "/gemini-key",
        "text": text,
        "api_app_id": "A0GEMINIKEY",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:9/response/none",
        "trigger_id": f"{next(_numbers)}.{time.time_ns()}.0123456789abcdef",
    }
    return urlencode(fields).encode()


def _content_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise RuntimeError(f"no Content-Length: {head[:200]!r}")
