"""Events come again until they are acknowledged, with their marks."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.slack.delivery.courier import REDELIVERY_WAITS
from sandbox.slack.options import Options

QUICK = Options(ack_seconds=0.1)


class Endpoint:
    """A request URL that keeps what it gets and answers with one status."""

    def __init__(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.headers = headers
        self.got: list[tuple[float, str | None, str | None, str]] = []

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        num, reason = (request.headers.get(f"X-Slack-Retry-{name}") for name in ("Num", "Reason"))
        self.got.append((monotonic(), num, reason, body["event_id"]))
        return web.Response(status=self.status, headers=self.headers)


async def listen(world_of: Any, endpoint: Endpoint, **how: Any) -> Any:
    """Serve the endpoint and connect a Slack to it."""
    app = web.Application()
    app.router.add_post("/slack/events", endpoint.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    world = await world_of(delivery="http", request_url=f"http://127.0.0.1:{port}/slack/events", **how)
    world.stack.push_async_callback(runner.cleanup)
    return world


async def enough(endpoint: Endpoint, count: int) -> None:
    async with asyncio.timeout(5):
        while len(endpoint.got) < count:  # noqa: ASYNC110 - the endpoint is another server
            await asyncio.sleep(0.005)


async def test_a_failed_event_comes_three_times_more(make_world: Any) -> None:
    """At once, after a minute, after five: numbered, with the reason, the same event_id, then no more."""
    endpoint = Endpoint(500)
    world = await listen(make_world, endpoint, scale=0.001)
    ada = await world.page()

    await ada.post("home/open")
    await enough(endpoint, 4)
    await asyncio.sleep(0.1)

    assert [(num, reason) for _, num, reason, _ in endpoint.got] == [
        (None, None),
        ("1", "http_error"),
        ("2", "http_error"),
        ("3", "http_error"),
    ]
    assert len({event_id for *_, event_id in endpoint.got}) == 1
    times = [at for at, *_ in endpoint.got]
    assert times[2] - times[1] >= 0.06
    assert times[3] - times[2] >= 0.3
    assert REDELIVERY_WAITS == (0, 60, 300)


async def test_an_acknowledged_event_comes_once(make_world: Any) -> None:
    """A 200 ends it."""
    endpoint = Endpoint(200)
    world = await listen(make_world, endpoint, scale=0.001)
    ada = await world.page()

    answer = await ada.post("home/open")
    assert await ada.settled(answer["delivery"]) == "acked"
    await asyncio.sleep(0.1)

    assert len(endpoint.got) == 1


async def test_an_app_may_forbid_redelivery(make_world: Any) -> None:
    """X-Slack-No-Retry on a failure stops it."""
    endpoint = Endpoint(500, {"X-Slack-No-Retry": "1"})
    world = await listen(make_world, endpoint, scale=0.001)
    ada = await world.page()

    await ada.post("home/open")
    await enough(endpoint, 1)
    await asyncio.sleep(0.1)

    assert len(endpoint.got) == 1


async def test_a_duplicated_event_is_the_same_event(make_world: Any) -> None:
    """With the fault knob an acknowledged event arrives twice with one event_id."""
    endpoint = Endpoint(200)
    world = await listen(make_world, endpoint)
    ada = await world.page()
    await ada.post("faults", duplicate_events=1)

    await ada.post("home/open")
    await enough(endpoint, 2)
    await ada.post("home/open")
    await enough(endpoint, 3)

    first, second, third = (event_id for *_, event_id in endpoint.got)
    assert first == second != third


async def test_over_a_socket_the_envelope_comes_again(make_world: Any) -> None:
    """The same envelope_id with retry_attempt and retry_reason; an ack ends it."""
    world = await make_world(QUICK, scale=0.001)
    websocket = await world.raw_socket()
    await websocket.receive_json()
    ada = await world.page()

    await ada.post("home/open")
    frames = [await websocket.receive_json(timeout=3) for _ in range(3)]
    await websocket.send_json({"envelope_id": frames[2]["envelope_id"]})
    await ada.event("delivery", state="acked")

    assert [frame["retry_attempt"] for frame in frames] == [0, 1, 2]
    assert [frame["retry_reason"] for frame in frames] == ["", "timeout", "timeout"]
    assert len({frame["envelope_id"] for frame in frames}) == 1
    assert frames[0]["type"] == "events_api"
    late = asyncio.create_task(websocket.receive())
    done, _ = await asyncio.wait([late], timeout=0.5)
    late.cancel()
    assert not done
    assert isinstance(websocket, aiohttp.ClientWebSocketResponse)
