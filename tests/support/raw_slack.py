"""A server that says byte for byte what it is told, and our way to Slack's Web API in front of it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from handlers.web_api import WebApi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Asked = list[bytes]


@asynccontextmanager
async def slack(*answers: bytes) -> AsyncIterator[tuple[WebApi, Asked]]:
    """A server that gives one raw answer a request, in this order; an empty one is a lost connection."""
    asked: Asked = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lengths = [line[15:] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        await reader.readexactly(int(lengths[0]) if lengths else 0)
        answer = answers[min(len(asked), len(answers) - 1)]
        asked.append(head.split(b" ")[1])
        writer.write(answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    web = WebApi("x", f"http://{host}:{port}/api/")
    try:
        yield web, asked
    finally:
        await web.close()
        server.close()
        await server.wait_closed()


def answer(body: str, status: str = "200 OK", header: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}{header}Connection: close\r\n\r\n{body}".encode()


LOST = b""
BUSY = answer('{"ok": false, "error": "ratelimited"}', "429 Too Many Requests", "Retry-After: 1\r\n")
BROKEN = answer('{"ok": false, "error": "internal_error"}', "500 Internal Server Error")
