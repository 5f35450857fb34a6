"""Floods, drips, halves and nonsense are refused before they cost anything."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from multidict import CIMultiDict
from structlog.testing import capture_logs

from handlers.guard import LARGEST_BODY
from tests.handlers.guard.door import (
    FORM,
    JSON,
    SIGN,
    Reply,
    World,
    command,
    refused,
    signed,
    with_,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_body_that_drips_is_not_waited_for(world: World) -> None:
    """Whoever signs headers and never ends the body holds a connection for seconds, not for ever."""
    raw = urlencode(command()).encode()

    async def drip() -> AsyncIterator[bytes]:
        yield raw[:10]
        await asyncio.sleep(60)

    start = time.monotonic()
    headers = {**signed(raw), "Content-Type": FORM}
    async with world.http.post(world.url, data=drip(), headers=headers) as response:
        assert (response.status, await response.text()) == (408, "slow-body")

    assert time.monotonic() - start < 5
    assert world.heard == []


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("headers", ["signed", "forged"])
async def test_a_flood_is_cut_off(world: World, headers: str, *, chunked: bool) -> None:
    """One byte over 1 MiB is 413, whether the length was declared or not, signed or not."""
    change = with_(SIGN, "v0=" + "0" * 64) if headers == "forged" else CIMultiDict.copy
    with capture_logs() as logs:
        reply = await world.post(b"x" * (LARGEST_BODY + 1), change=change, chunked=chunked)

    await refused(world, reply, 413, "too-large", logs)
    assert reply.headers["Connection"] == "close"


async def test_a_declared_flood_is_refused_before_it_flows(world: World) -> None:
    """Content-Length alone is enough: the answer comes without one byte of the body."""
    host, port = world.url.split("/")[2].split(":")
    head = "".join(f"{name}: {value}\r\n" for name, value in signed(b"").items())
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n{head}\r\n".encode())

    async with asyncio.timeout(2):
        assert b" 413 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"\xff\xfe", FORM, "not-utf8"),
        (b'{"a": "\xc3"}', JSON, "not-utf8"),
        (b"", FORM, "empty"),
        ({"payload": "notjson"}, FORM, "not-json"),
        ({"payload": ""}, FORM, "not-json"),
        ({"payload": "[1]"}, FORM, "not-an-object"),
        ({"payload": "null"}, FORM, "not-an-object"),
        ({"payload": "[" * 100_000}, FORM, "not-json"),
        ("[1]", JSON, "not-an-object"),
        ("[1]", JSON + ";charset=utf-8", "not-an-object"),
        ("7", JSON, "not-an-object"),
        ('"x"', JSON, "not-an-object"),
        ("{", JSON, "not-json"),
        ("{not json", FORM, "not-json"),
        ("{" + '"a":{' * 100_000, JSON, "not-json"),
    ],
)
async def test_a_body_that_bolt_cannot_parse_is_400(
    world: World, body: Any, content_type: str, reason: str
) -> None:
    """Even signed, nonsense is refused before it can become a 500, and costs no memory."""
    with capture_logs() as logs:
        reply = await world.post(body, content_type)

    await refused(world, reply, 400, reason, logs)
    assert world.memory.seen == {}


async def test_only_post_is_served(world: World) -> None:
    """Slack only ever posts here."""
    with capture_logs() as logs:
        async with world.http.get(world.url) as response:
            reply = Reply(response.status, await response.text(), dict(response.headers))

    await refused(world, reply, 405, "method", logs)
    assert reply.headers["Allow"] == "POST"


async def test_a_caller_who_hangs_up_is_forgotten(world: World) -> None:
    """Half a request is no request: nothing reaches Bolt and nothing is logged as an error."""
    host, port = world.url.split("/")[2].split(":")
    head = "".join(f"{name}: {value}\r\n" for name, value in signed(b"half").items())
    with capture_logs() as logs:
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n{head}\r\nha".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert (await world.post(command())).status == 200

    assert logs == []
    assert len(world.at_bolt) == 1
