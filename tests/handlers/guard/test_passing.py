"""What Slack signed just now reaches its listener unchanged, once."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus, unquote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from handlers.guard import LARGEST_BODY
from handlers.slack_request import unquoted
from tests.handlers.guard.door import (
    FORM,
    HOME,
    JSON,
    SIGN,
    STAMP,
    World,
    command,
    interaction,
    without,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLICK = interaction("block_actions", actions=[{"action_id": "approve", "block_id": "b", "value": "GK-1"}])
SUBMIT = interaction(
    "view_submission", view={"type": "modal", "callback_id": "request", "private_metadata": "é"}
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


@pytest.mark.parametrize("body", ["ssl_check=1", "ssl_check=1&token=old-verification-token"])
async def test_slacks_certificate_check_is_answered_without_bolt(world: World, body: str) -> None:
    """It is unsigned, means nothing, and gets an empty 200 and no log line."""
    with capture_logs() as logs:
        reply = await world.post(body, change=without(STAMP, SIGN))

    assert (reply.status, reply.text, logs, world.at_bolt) == (200, "", [], [])


@given(st.text() | st.text("%+=&aF0\r\n é"))
@example("100%")
@example("%%41=%3d%C3%A9+%e9")
async def test_the_fast_decoder_reads_as_bolts_does(text: str) -> None:
    """What the guard judged is what Bolt parses, for quoted and for odd texts alike."""
    assert unquoted(quote_plus(text)) == text
    assert unquoted(text) == unquote_plus(text)
