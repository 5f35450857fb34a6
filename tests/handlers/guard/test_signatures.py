"""Without Slack's own word, fresh and heard for the first time, nothing reaches Bolt."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from structlog.testing import capture_logs

from bot.errors import Misconfigured
from handlers.guard import Guard
from tests.handlers.guard.door import (
    HOME,
    JSON,
    SECRET,
    SIGN,
    STAMP,
    Memory,
    World,
    command,
    refused,
    with_,
    without,
)

if TYPE_CHECKING:
    from multidict import CIMultiDict

pytestmark = pytest.mark.asyncio(loop_scope="module")


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


@pytest.mark.parametrize(
    "body",
    [command() | {"ssl_check": "1"}, "ssl_check=0", "ssl_check=1&token=" + "x" * 2000, b"ssl_check=1&\xff"],
)
async def test_a_certificate_check_opens_no_door(world: World, body: Any) -> None:
    """Anything beside it, and the request needs a signature like all others."""
    with capture_logs() as logs:
        reply = await world.post(body, change=without(STAMP, SIGN))

    await refused(world, reply, 401, "unsigned", logs)


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
