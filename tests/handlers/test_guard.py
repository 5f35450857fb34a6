"""Only what Slack signed, just now and for the first time, reaches Bolt; tried over real HTTP on loopback."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import quote_plus, unquote_plus, urlencode

import aiohttp
import pytest
import pytest_asyncio
import uvicorn
from hypothesis import example, given
from hypothesis import strategies as st
from multidict import CIMultiDict
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.errors import Misconfigured, Unavailable
from handlers.guard import LARGEST_BODY, Guard
from handlers.slack_request import unquoted

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "the signing secret of a test"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass
class Memory:
    """Remember signatures as Redis would, and fail on demand."""

    seen: dict[str, int] = field(default_factory=dict)
    broken: Exception | None = None
    hangs: bool = False

    async def once(self, signature: str, seconds: int) -> bool:
        if self.hangs:
            await asyncio.sleep(60)
        if self.broken:
            raise self.broken
        new = signature not in self.seen
        self.seen.setdefault(signature, seconds)
        return new


@dataclass
class Reply:
    status: int
    text: str
    headers: dict[str, str]


@dataclass
class World:
    """A real Bolt app behind the guard, on a real server, and what reached it."""

    memory: Memory = field(default_factory=Memory)
    heard: list[tuple[str, Any]] = field(default_factory=list)
    at_bolt: list[dict[str, list[str]]] = field(default_factory=list)
    url: str = ""
    http: aiohttp.ClientSession = field(init=False)

    async def post(
        self,
        body: bytes | str | dict[str, str],
        content_type: str = FORM,
        *,
        at: float | None = None,
        change: Callable[[CIMultiDict[str]], object] = CIMultiDict.copy,
        chunked: bool = False,
    ) -> Reply:
        """Send as Slack does, after `change` has spoilt the headers."""
        raw = (
            urlencode(body).encode()
            if isinstance(body, dict)
            else body.encode()
            if isinstance(body, str)
            else body
        )
        headers = CIMultiDict({**signed(raw, at), "Content-Type": content_type})
        change(headers)
        data: Any = chunks(raw) if chunked else BytesIO(raw)
        async with self.http.post(self.url, data=data, headers=headers) as response:
            return Reply(response.status, await response.text(), dict(response.headers))


def signed(raw: bytes, at: float | None = None) -> dict[str, str]:
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(SECRET.encode(), f"v0:{timestamp}:".encode() + raw, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


async def chunks(raw: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(raw), 65_536):
        yield raw[start : start + 65_536]


def bolt(world: World) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U9", bot_id="B9")

    app = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True)

    @app.command("/gemini-key")
    async def command(ack: Any, command: dict[str, Any]) -> None:
        world.heard.append(("command", command["text"]))
        await ack("heard")

    @app.action("approve")
    async def action(ack: Any, action: dict[str, Any]) -> None:
        world.heard.append(("action", action["value"]))
        await ack()

    @app.view("request")
    async def view(ack: Any, view: dict[str, Any]) -> None:
        world.heard.append(("view", view["private_metadata"]))
        await ack()

    @app.event("app_home_opened")
    async def event(event: dict[str, Any]) -> None:
        world.heard.append(("event", event["user"]))

    return app


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, ws="none", lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/slack/events"
    finally:
        await server.shutdown()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[World]:
    """Serve for the whole module, as uvicorn takes a tenth of a second to stop."""
    world = World()
    handler = AsyncSlackRequestHandler(bolt(world))

    async def endpoint(request: Request) -> Response:
        world.at_bolt.append({name: request.headers.getlist(name) for name in request.headers})
        return await handler.handle(request)

    app = Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])
    async with serving(Guard(app, signing_secret=SECRET, once=world.memory.once)) as url:
        world.url = url
        async with aiohttp.ClientSession() as world.http:
            yield world


@pytest.fixture
def world(site: World) -> World:
    site.memory.seen.clear()
    site.memory.broken, site.memory.hangs = None, False
    site.heard.clear()
    site.at_bolt.clear()
    return site


def command(text: str = "request") -> dict[str, str]:
    return {
        "command": "/gemini-key",
        "text": text,
        "team_id": "T1",
        "user_id": "U1",
        "channel_id": "C1",
        "response_url": "http://127.0.0.1:9/hook",
        "trigger_id": "1.2",
    }


def interaction(kind: str, **more: Any) -> dict[str, str]:
    payload = {"type": kind, "team": {"id": "T1"}, "user": {"id": "U1"}, **more}
    return {"payload": json.dumps(payload)}


CLICK = interaction("block_actions", actions=[{"action_id": "approve", "block_id": "b", "value": "GK-1"}])
SUBMIT = interaction(
    "view_submission", view={"type": "modal", "callback_id": "request", "private_metadata": "é"}
)
HOME = json.dumps(
    {"type": "event_callback", "team_id": "T1", "event": {"type": "app_home_opened", "user": "U1"}}
)
CHALLENGE = json.dumps({"type": "url_verification", "challenge": "prove it"})


@pytest.mark.parametrize(
    ("body", "content_type", "heard"),
    [
        (command(), FORM, ("command", "request")),
        (command("why-403 ünïcode & = + %"), FORM, ("command", "why-403 ünïcode & = + %")),
        (CLICK, FORM, ("action", "GK-1")),
        (SUBMIT, FORM, ("view", "é")),
        (HOME, JSON, ("event", "U1")),
        (HOME, JSON + "; charset=utf-8", ("event", "U1")),
    ],
)
async def test_what_slack_sends_reaches_its_listener(
    world: World, body: Any, content_type: str, heard: tuple[str, str]
) -> None:
    """Commands, clicks, submissions and events pass unchanged, once each."""
    reply = await world.post(body, content_type)

    assert reply.status == 200
    assert world.heard == [heard]


@pytest.mark.parametrize("chunked", [False, True])
async def test_slack_can_verify_the_url(world: World, *, chunked: bool) -> None:
    """The challenge comes back, however the body is framed."""
    reply = await world.post(CHALLENGE, JSON, chunked=chunked)

    assert (reply.status, json.loads(reply.text)) == (200, {"challenge": "prove it"})


async def test_a_large_request_within_the_limit_passes(world: World) -> None:
    """The cap refuses floods, not a long paste; many pieces arrive as one body."""
    long = "x" * (LARGEST_BODY - 1000)

    assert (await world.post(command(long), chunked=True)).status == 200
    assert world.heard == [("command", long)]


@pytest.mark.parametrize(
    "text", ["why-403 Request payload size exceeds the limit: 20971520 bytes", "payload", "payload=1"]
)
async def test_a_command_may_speak_of_a_payload(world: World, text: str) -> None:
    """Gemini's own 400 says "payload", and Bolt alone would drop such a command."""
    assert (await world.post(command(text))).status == 200
    assert world.heard == [("command", text)]


async def refused(world: World, reply: Reply, status: int, reason: str, logs: list[Any]) -> None:
    """A refusal says one word, logs one line without the body, and Bolt hears nothing."""
    assert (reply.status, reply.text) == (status, reason)
    assert world.at_bolt == []
    mine = [{k: v for k, v in line.items() if k not in {"log_level", "error"}} for line in logs]
    assert mine == [{"event": "slack.refused", "status": status, "reason": reason}]


def without(*names: str) -> Callable[[CIMultiDict[str]], object]:
    return lambda headers: [headers.pop(name) for name in names]


def with_(name: str, value: str) -> Callable[[CIMultiDict[str]], object]:
    return lambda headers: headers.update({name: value})


STAMP, SIGN = "X-Slack-Request-Timestamp", "X-Slack-Signature"


def a_second_ago(headers: CIMultiDict[str]) -> None:
    """Put another fresh time over the signature; made when the test runs, however late that is."""
    headers[STAMP] = str(int(time.time()) - 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (with_(SIGN, "v0=" + "0" * 64), "forged"),
        (without(STAMP, SIGN), "unsigned"),
        (without(STAMP), "unsigned"),
        (without(SIGN), "unsigned"),
        (with_(SIGN, ""), "unsigned"),
        (with_(SIGN, "v0=" + "0" * 63), "bad-signature"),
        (with_(SIGN, "v0=" + "G" * 64), "bad-signature"),
        (with_(SIGN, "v1=" + "0" * 64), "bad-signature"),
        (with_(STAMP, "soon"), "bad-timestamp"),
        (with_(STAMP, "1_000"), "bad-timestamp"),
        (with_(STAMP, "-5"), "bad-timestamp"),
        (with_(STAMP, "9" * 400), "bad-timestamp"),
        (with_(STAMP, "0"), "stale"),
        (a_second_ago, "forged"),
    ],
)
async def test_a_request_without_slacks_word_stops_here(world: World, change: Any, reason: str) -> None:
    """Missing, misshapen or wrong signatures are 401, never 500, and never logged with their body."""
    with capture_logs() as logs:
        reply = await world.post(command(), change=change)

    await refused(world, reply, 401, reason, logs)
    assert world.memory.seen == {}


@pytest.mark.parametrize("offset", [-301, -86_400, 303])
async def test_an_old_or_early_request_is_refused(world: World, offset: int) -> None:
    """Five minutes either way are allowed, as Slack says, and no more."""
    with capture_logs() as logs:
        reply = await world.post(command(), at=time.time() + offset)

    await refused(world, reply, 401, "stale", logs)


@pytest.mark.parametrize("offset", [-297, 297])
async def test_a_clock_may_be_off_by_minutes(world: World, offset: int) -> None:
    """Inside the window a request passes."""
    assert (await world.post(command(), at=time.time() + offset)).status == 200


async def test_a_request_is_heard_once(world: World) -> None:
    """Whoever captured a request cannot press again; Slack's own retry is signed anew and passes."""
    now = time.time()
    assert (await world.post(HOME, JSON, at=now)).status == 200
    world.at_bolt.clear()

    with capture_logs() as logs:
        again = await world.post(HOME, JSON, at=now)
    await refused(world, again, 401, "replayed", logs)

    assert (await world.post(HOME, JSON, at=now + 1, change=with_("X-Slack-Retry-Num", "1"))).status == 200
    assert len(world.heard) == 2


async def test_a_request_is_remembered_as_long_as_it_would_be_accepted(world: World) -> None:
    """310 s for one stamped now, and longer for one stamped ahead of our clock."""
    await world.post(command("now"))
    await world.post(command("ahead"), at=time.time() + 200)

    now, ahead = world.memory.seen.values()
    assert now in {310, 311}
    assert 508 <= ahead <= 511


BROKEN = pytest.mark.parametrize(
    "error", [Unavailable("Redis is away"), OSError("reset"), RuntimeError("odd")]
)


@BROKEN
async def test_without_its_memory_the_guard_lets_nothing_pass(world: World, error: Exception) -> None:
    """A replay that cannot be checked is refused with 503, so that Slack may try again."""
    world.memory.broken = error
    with capture_logs() as logs:
        reply = await world.post(HOME, JSON)

    await refused(world, reply, 503, "replay-check-failed", logs)
    assert logs[0]["error"] == type(error).__name__


@BROKEN
async def test_without_its_memory_the_guard_tells_the_person_who_typed(
    world: World, error: Exception
) -> None:
    """A command is answered to its author alone, with the log's reference, and goes no further."""
    world.memory.broken = error
    with capture_logs() as logs:
        reply = await world.post(command())

    said = json.loads(reply.text)
    assert (reply.status, said["response_type"]) == (200, "ephemeral")
    assert reply.headers["Content-Type"] == "application/json"
    assert said["text"].endswith(f"Reference {logs[0]['reference']}.")
    assert logs[0]["error"] == type(error).__name__
    assert world.heard == []
    assert world.at_bolt == []


INPUT = {"type": "input", "block_id": "project"}


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ({"blocks": [{"type": "section"}, INPUT]}, ["errors", "project"]),
        ({"blocks": [{"type": "section"}]}, ["update", "Reference"]),
        ({}, ["update", "Reference"]),
        (None, ["update", "Reference"]),
    ],
)
async def test_without_its_memory_the_guard_tells_it_in_the_form(
    world: World, view: object, shown: list[str]
) -> None:
    """A form shows the sentence at its first field, beside what was typed; one without fields is replaced."""
    world.memory.broken = OSError("reset")
    payload = json.dumps({"type": "view_submission", "user": {"id": "U0ADA"}, "view": view})

    reply = await world.post({"payload": payload})

    said = json.loads(reply.text)
    assert reply.status == 200
    assert said["response_action"] == shown[0]
    assert shown[1] in reply.text
    assert world.heard == []


async def test_a_button_cannot_show_a_sentence_in_its_ack(world: World) -> None:
    """A click gets 503, which Slack shows beside the button: an ack would look like success."""
    world.memory.broken = OSError("reset")
    payload = json.dumps({"type": "block_actions", "user": {"id": "U0ADA"}, "actions": []})

    assert (await world.post({"payload": payload})).status == 503
    assert world.heard == []


async def test_a_silent_memory_is_given_up_within_slacks_patience(world: World) -> None:
    """Slack waits 3 s; a Redis that hangs is answered for before that, and nothing passes."""
    world.memory.hangs = True
    start = time.monotonic()

    reply = await world.post(command())

    assert "Reference" in reply.text
    assert time.monotonic() - start < 3
    assert world.heard == []


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


@pytest.mark.parametrize("body", ["ssl_check=1", "ssl_check=1&token=old-verification-token"])
async def test_slacks_certificate_check_is_answered_without_bolt(world: World, body: str) -> None:
    """It is unsigned, means nothing, and gets an empty 200 and no log line."""
    with capture_logs() as logs:
        reply = await world.post(body, change=without(STAMP, SIGN))

    assert (reply.status, reply.text, logs, world.at_bolt) == (200, "", [], [])


@pytest.mark.parametrize(
    "body",
    [command() | {"ssl_check": "1"}, "ssl_check=0", "ssl_check=1&token=" + "x" * 2000, b"ssl_check=1&\xff"],
)
async def test_a_certificate_check_opens_no_door(world: World, body: Any) -> None:
    """Anything beside it, and the request needs a signature like all others."""
    with capture_logs() as logs:
        reply = await world.post(body, change=without(STAMP, SIGN))

    await refused(world, reply, 401, "unsigned", logs)


async def test_only_post_is_served(world: World) -> None:
    """Slack only ever posts here."""
    with capture_logs() as logs:
        async with world.http.get(world.url) as response:
            reply = Reply(response.status, await response.text(), dict(response.headers))

    await refused(world, reply, 405, "method", logs)
    assert reply.headers["Allow"] == "POST"


async def test_bolts_internal_headers_do_not_come_from_outside(world: World) -> None:
    """No signature covers `X-Slack-Bolt-Lazy-Only`, which would run a listener past its middleware."""

    def lazy(headers: CIMultiDict[str]) -> None:
        headers["X-Slack-Bolt-Lazy-Only"] = "1"
        headers["X-SLACK-BOLT-LAZY-FUNCTION-NAME"] = "command"

    assert (await world.post(command(), change=lazy)).status == 200
    assert world.heard == [("command", "request")]
    assert not [name for name in world.at_bolt[0] if "bolt" in name]


async def test_of_doubled_headers_bolt_sees_the_one_that_was_checked(world: World) -> None:
    """Two signatures or content types cannot make the guard and Bolt read two different requests."""

    def doubled(headers: CIMultiDict[str]) -> None:
        headers.add(SIGN, "v0=" + "0" * 64)
        headers.add(STAMP, "soon")
        headers.add("Content-Type", JSON)

    assert (await world.post(command(), change=doubled)).status == 200
    assert world.heard == [("command", "request")]
    assert {name: len(values) for name, values in world.at_bolt[0].items()} == dict.fromkeys(
        world.at_bolt[0], 1
    )


async def test_a_forged_header_in_front_of_the_good_one_is_refused(world: World) -> None:
    """The first one counts."""

    def forged_first(headers: CIMultiDict[str]) -> None:
        good = headers.pop(SIGN)
        headers.add(SIGN, "v0=" + "0" * 64)
        headers.add(SIGN, good)

    with capture_logs() as logs:
        reply = await world.post(command(), change=forged_first)

    await refused(world, reply, 401, "forged", logs)


async def test_bolts_own_check_stays_on_behind(world: World) -> None:
    """A request spelt anew for Bolt is signed anew, so both checks hold."""
    await world.post(command("payload"))

    assert world.at_bolt[0]["x-slack-signature"] != list(world.memory.seen)
    assert world.heard == [("command", "payload")]


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


@given(st.text() | st.text("%+=&aF0\r\n é"))
@example("100%")
@example("%%41=%3d%C3%A9+%e9")
async def test_the_fast_decoder_reads_as_bolts_does(text: str) -> None:
    """What the guard judged is what Bolt parses, for quoted and for odd texts alike."""
    assert unquoted(quote_plus(text)) == text
    assert unquoted(text) == unquote_plus(text)


@pytest.mark.parametrize("secret", ["", "  ", "\n"])
async def test_an_empty_signing_secret_is_refused_at_start(secret: str) -> None:
    """Everybody could sign with it; the bot says so before it serves."""
    with pytest.raises(Misconfigured, match="SLACK_SIGNING_SECRET"):
        Guard(Starlette(), signing_secret=secret, once=Memory().once)


async def test_a_websocket_is_closed(world: World) -> None:
    """Nothing unsigned slips through beside HTTP."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    await Guard(Starlette(), signing_secret=SECRET, once=world.memory.once)(
        {"type": "websocket"}, receive, send
    )

    assert sent == [{"type": "websocket.close", "code": 1008}]
