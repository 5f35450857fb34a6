"""Socket Mode with a real Bolt app, and with bare WebSockets where acks matter."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

import aiohttp
import pytest

from sandbox.slack.options import Options

QUICK = Options(ack_seconds=0.3)


async def receive(websocket: Any) -> dict[str, Any]:
    """Read one JSON frame."""
    async with asyncio.timeout(3):
        frame: dict[str, Any] = await websocket.receive_json()
        return frame


async def test_a_bolt_app_answers_a_slash_command(world: Any) -> None:
    """The command's payload is Slack's, and the ack's words reach only the one who asked."""
    app, seen = world.app(), []

    @app.command("/gemini-key")
    async def command(ack: Any, body: Any) -> None:
        seen.append(body)
        await ack("At your service.")

    await world.connect(app)
    ada = await world.page()

    answer = await ada.command("/gemini-key why-403  please ")

    assert await ada.settled(answer["delivery"]) == "acked"
    event = await ada.event("ephemeral")
    assert (event["channel"], event["message"]["text"]) == ("C0GENERAL", "At your service.")
    (body,) = seen
    assert (body["command"], body["text"], body["user_id"]) == ("/gemini-key", "why-403  please", "U0ADA")
    assert (body["team_id"], body["api_app_id"], body["is_enterprise_install"]) == (
        "T0ACME",
        "A0GEMINI",
        "false",
    )


async def test_a_command_opens_a_modal_that_is_sent_back(world: Any) -> None:
    """Trigger, modal, submission with the typed values, and the ack closes the modal."""
    app, sent = world.app(), []

    @app.command("/gemini-key")
    async def command(ack: Any, body: Any, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        await ack()

    @app.view("request_key")
    async def submit(ack: Any, body: Any, view: Any) -> None:
        sent.append((body["type"], view["state"]["values"]["purpose"]["text"], view["private_metadata"]))
        await ack()

    await world.connect(app)
    ada = await world.page()
    await ada.command("/gemini-key request")
    view = (await ada.event("view"))["view"]

    await ada.post("view/submit", view_id=view["id"], values={"purpose": {"text": {"value": "Tickets"}}})

    await ada.event("view_closed", view_id=None)
    assert sent == [("view_submission", {"type": "plain_text_input", "value": "Tickets"}, "nonce")]


async def test_each_envelope_goes_to_exactly_one_socket(world: Any) -> None:
    """Two sockets share the work; none of it is done twice."""
    one, two = await world.raw_socket(), await world.raw_socket()
    assert [(await receive(socket))["num_connections"] for socket in (one, two)] == [1, 2]
    ada = await world.page()
    arrived: Counter[str] = Counter()

    async def work(socket: Any, name: str) -> None:
        async for frame in socket:
            arrived[name] += 1
            await socket.send_json({"envelope_id": json.loads(frame.data)["envelope_id"]})

    tasks = [asyncio.create_task(work(socket, name)) for socket, name in ((one, "one"), (two, "two"))]
    answers = [await ada.command("/gemini-key help") for _ in range(6)]
    assert {await ada.settled(answer["delivery"]) for answer in answers} == {"acked"}

    assert arrived == {"one": 3, "two": 3}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_an_ack_may_come_through_another_socket(world: Any) -> None:
    """What one socket received, the other one may acknowledge."""
    one, two = await world.raw_socket(), await world.raw_socket()
    await receive(one)
    await receive(two)
    ada = await world.page()

    answers = [await ada.command("/gemini-key help") for _ in range(2)]
    first, second = await receive(one), await receive(two)
    await one.send_json({"envelope_id": second["envelope_id"]})
    await two.send_json({"envelope_id": first["envelope_id"]})

    assert {await ada.settled(answer["delivery"]) for answer in answers} == {"acked"}


async def test_an_unacknowledged_command_times_out_and_is_not_sent_again(make_world: Any) -> None:
    """The person reads operation_timeout; no second envelope follows; a late ack changes nothing."""
    world = await make_world(QUICK, scale=0.001)
    websocket = await world.raw_socket()
    await receive(websocket)
    ada = await world.page()

    answer = await ada.command("/gemini-key request")
    envelope = await receive(websocket)

    assert await ada.settled(answer["delivery"]) == "timeout"
    notice = await ada.event("notice")
    assert notice["text"] == '/gemini-key failed with the error "operation_timeout"'
    await websocket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "Late"}})
    with pytest.raises(TimeoutError):
        await websocket.receive(timeout=0.4)
    assert [e for e in ada.heard if e["type"] == "ephemeral"] == []


async def test_the_clock_stands_at_three_seconds(world: Any) -> None:
    """Out of the box an ack may take just under three seconds, not more."""
    websocket = await world.raw_socket()
    await receive(websocket)
    ada = await world.page()
    prompt, tardy = await ada.command("/gemini-key a"), await ada.command("/gemini-key b")
    envelopes = [await receive(websocket), await receive(websocket)]

    await asyncio.sleep(2.6)
    await websocket.send_json({"envelope_id": envelopes[0]["envelope_id"]})

    assert await ada.settled(prompt["delivery"]) == "acked"
    ended = await ada.event("delivery", delivery=tardy["delivery"], state="timeout")
    assert 2_990 <= ended["ms"] < 3_600


async def test_without_a_socket_a_command_fails_at_once(world: Any) -> None:
    """Nobody is there: dispatch_failed, not a wait."""
    ada = await world.page()

    await ada.command("/gemini-key help")

    assert (await ada.event("notice"))["text"] == '/gemini-key failed with the error "dispatch_failed"'


async def test_a_ticket_opens_one_connection(world: Any) -> None:
    """The WebSocket address works once, and an invented one never."""
    opened = await world.bot.apps_connections_open(app_token=world.slack.credentials.app_token)
    first = await world.session.ws_connect(opened["url"])
    hello = await receive(first)

    assert (hello["type"], hello["connection_info"]["app_id"]) == ("hello", "A0GEMINI")
    assert hello["debug_info"]["approximate_connection_time"] > 360
    for url in (opened["url"], opened["url"].split("?")[0] + "?ticket=invented"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await world.session.ws_connect(url)
        assert caught.value.status == 403
    await first.close()


async def test_the_eleventh_socket_is_one_too_many(world: Any) -> None:
    """Ten connections are kept, the next one is told so and closed."""
    for _ in range(10):
        await receive(await world.raw_socket())

    frame = await receive(await world.raw_socket())

    assert (frame["type"], frame["reason"]) == ("disconnect", "too_many_websockets")
    assert len(world.sockets) == 10


async def test_a_bolt_app_follows_a_disconnect_frame(world: Any) -> None:
    """Asked to reconnect, the SDK opens a new socket, and commands are answered again."""
    app = world.app()

    @app.command("/gemini-key")
    async def command(ack: Any) -> None:
        await ack("Back.")

    await world.connect(app)
    (before,) = world.sockets
    ada = await world.page()

    await ada.post("faults", sockets="disconnect")
    await until(lambda: len(world.sockets) == 1 and before not in world.sockets)
    await ada.command("/gemini-key help")

    assert (await ada.event("ephemeral"))["message"]["text"] == "Back."


async def test_a_warning_is_followed_by_the_end(make_world: Any) -> None:
    """First the warning, then refresh_requested, then the socket is closed."""
    world = await make_world(scale=0.01)
    websocket = await world.raw_socket()
    await receive(websocket)

    await world.slack.disconnect_sockets("warning")

    reasons = [(await receive(websocket))["reason"] for _ in range(2)]
    assert reasons == ["warning", "refresh_requested"]
    assert (await websocket.receive(timeout=3)).type is aiohttp.WSMsgType.CLOSE


@pytest.mark.parametrize("how", ["abort", "silent"])
async def test_sockets_break_without_a_goodbye(world: Any, how: str) -> None:
    """An aborted connection ends without a close frame; a silent one neither pongs nor delivers."""
    websocket = await world.raw_socket(autoping=False)
    await receive(websocket)
    await websocket.ping(b"are you there?")
    assert (await websocket.receive(timeout=3)).type is aiohttp.WSMsgType.PONG
    ada = await world.page()

    await ada.post("faults", sockets=how)

    if how == "abort":
        frame = await websocket.receive(timeout=3)
        assert frame.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
        assert websocket.close_code == 1006
        await until(lambda: world.sockets == [])
    else:
        answered = await pongs(websocket, ada)
        assert answered == 0


async def pongs(websocket: Any, ada: Any) -> int:
    """Ping, run a command, and count the frames that come within a moment."""
    await websocket.ping(b"are you there?")
    await ada.command("/gemini-key help")
    count = 0
    try:
        while True:
            await websocket.receive(timeout=0.3)
            count += 1
    except TimeoutError:
        return count


async def test_a_lost_ack_is_a_timeout(make_world: Any) -> None:
    """With the fault knob the app acknowledges, and the person still reads operation_timeout; once."""
    world = await make_world(QUICK)
    app = world.app()

    @app.command("/gemini-key")
    async def command(ack: Any) -> None:
        await ack()

    await world.connect(app)
    ada = await world.page()
    await ada.post("faults", drop_acks=1)

    lost, heard = await ada.command("/gemini-key a"), await ada.command("/gemini-key b")

    assert {await ada.settled(each["delivery"]) for each in (lost, heard)} == {"timeout", "acked"}


async def until(true: Any) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - the other side is a library's task without an event
            await asyncio.sleep(0.005)


MODAL = {
    "type": "modal",
    "callback_id": "request_key",
    "private_metadata": "nonce",
    "title": {"type": "plain_text", "text": "Request"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "purpose",
            "label": {"type": "plain_text", "text": "Purpose"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}
