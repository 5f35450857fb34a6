"""Signed HTTP with a real Bolt app behind its Starlette adapter."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier

from sandbox.slack.delivery.http import signature
from sandbox.slack.options import Options
from sandbox.slack.server import Slack


def test_our_signature_is_the_one_the_sdk_checks() -> None:
    """The SDK's verifier accepts the signature of this body and of no other."""
    verifier = SignatureVerifier("not-a-secret")

    signed = signature("not-a-secret", "1795000000", b"a=1")

    assert verifier.generate_signature(timestamp="1795000000", body="a=1") == signed
    assert verifier.generate_signature(timestamp="1795000000", body="a=2") != signed


async def test_a_bolt_app_answers_a_signed_command(http_world: Any) -> None:
    """Bolt accepts the request, and its JSON answer is honoured: in_channel for everyone."""

    def build(app: Any) -> None:
        @app.command("/gemini-key")
        async def command(ack: Any, body: Any) -> None:
            await ack(text=f"Hello {body['user_name']}", response_type="in_channel")

    world = await http_world(build)
    ada, grace = await world.page(), await world.page("U0GRACE")

    await ada.command("/gemini-key help")

    assert (await grace.event("message"))["message"]["text"] == "Hello ada"


async def test_a_bolt_app_gets_a_signed_button(http_world: Any) -> None:
    """A button's payload comes as a form, and its response_url works."""
    seen: list[Any] = []

    def build(app: Any) -> None:
        @app.action("approve")
        async def approve(ack: Any, body: Any, respond: Any) -> None:
            seen.append(body)
            await ack()
            await respond(text="Approved", replace_original=True)

    world = await http_world(build)
    grace = await world.page("U0GRACE")
    button = {"type": "button", "action_id": "approve", "value": "GK-1", "text": PLAIN}
    blocks = [{"type": "actions", "block_id": "decide", "elements": [button]}]
    ts = (await world.bot.chat_postMessage(channel="C0APPROVALS", text="Please", blocks=blocks))["ts"]

    place = {"type": "message", "channel": "C0APPROVALS", "ts": ts}
    await grace.post("action", container=place, block_id="decide", action_id="approve")

    assert (await grace.event("message_changed"))["message"]["text"] == "Approved"
    (body,) = seen
    assert (body["type"], body["actions"][0]["value"], body["message"]["ts"]) == ("block_actions", "GK-1", ts)
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "C0APPROVALS",
        "is_ephemeral": False,
    }


async def test_a_wrong_secret_is_noticed(http_world: Any) -> None:
    """An app with another signing secret answers 401, which the person sees as dispatch_failed."""
    world = await http_world(lambda _: None)
    object.__setattr__(world.team.transport, "_signing_secret", "another")
    ada = await world.page()

    await ada.command("/gemini-key help")

    assert "dispatch_failed" in (await ada.event("notice"))["text"]


async def test_a_slow_app_times_out(http_world: Any) -> None:
    """The three-second clock runs over HTTP too."""

    def build(app: Any) -> None:
        @app.command("/gemini-key")
        async def command(ack: Any) -> None:
            await asyncio.sleep(0.5)
            await ack()

    world = await http_world(build, options=Options(ack_seconds=0.2))
    ada = await world.page()

    answer = await ada.command("/gemini-key help")

    assert await ada.settled(answer["delivery"]) == "timeout"
    assert "operation_timeout" in (await ada.event("notice"))["text"]


async def test_the_request_url_is_verified_by_challenge(http_world: Any) -> None:
    """A Bolt app passes url_verification."""
    world = await http_world(lambda _: None)

    assert await world.slack.verify_request_url()


def test_only_this_machine_may_be_the_request_url() -> None:
    """A request URL elsewhere is refused before anything is sent."""
    with pytest.raises(ValueError, match="on this machine"):
        Slack(delivery="http", request_url="https://acme.test/slack/events")


PLAIN = {"type": "plain_text", "text": "Approve"}
