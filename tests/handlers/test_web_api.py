"""How Slack's Web API is spoken to: what is sent again, what never is, and who waits for whom."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.errors import Misconfigured, Unavailable
from handlers.outbox import Unsure
from handlers.web_api import WebApi
from tests.support.raw_slack import BROKEN, BUSY, LOST, answer, slack
from tests.support.slack_side import ADA, GRACE, MALLORY

if TYPE_CHECKING:
    from tests.support.slack_side import SlackSide


async def test_a_message_is_not_sent_again_when_it_may_have_arrived() -> None:
    """A connection lost after sending leaves it to the caller, who knows if a message may stand twice."""
    async with slack(LOST) as (web, asked):
        for outbox in (web.patient, web.hasty):
            with pytest.raises(Unsure):
                await outbox.post("C1", "hello", [])

    assert len(asked) == 2


async def test_a_broken_slack_is_not_told_a_message_twice_in_one_go() -> None:
    """After a 500 a message is not repeated either: Slack says that some of it may have been done."""
    async with slack(BROKEN) as (web, asked):
        with pytest.raises(SlackApiError):
            await web.patient.post("C1", "hello", [])

    assert len(asked) == 1


async def test_what_can_be_repeated_is_sent_again() -> None:
    """A lost connection costs an update or a question a moment only."""
    async with slack(LOST, answer('{"ok": true, "user": {"id": "U1"}}')) as (web, asked):
        assert (await web.hasty.user("U1"))["id"] == "U1"

    assert len(asked) == 2


async def test_an_installed_token_that_is_refused_is_no_setting() -> None:
    """Where the app was installed nobody set a token, so the log says to install it again."""
    async with slack(answer('{"ok": false, "error": "missing_scope"}')) as (web, _):
        with pytest.raises(Misconfigured, match=r"missing_scope\. Install the app") as refusal:
            await web.identity()

    assert "SLACK_BOT_TOKEN" not in str(refusal.value)


async def test_a_slack_that_does_not_listen_has_taken_nothing() -> None:
    """A message to a closed port is an error to try again after, not one to be unsure about."""
    async with slack(LOST) as (web, _):
        pass
    web = WebApi("x", web.client.base_url)
    try:
        with pytest.raises(aiohttp.ClientConnectorError):
            await web.patient.post("C1", "hello", [])
    finally:
        await web.close()


async def test_only_the_background_waits_for_a_rate_limit() -> None:
    """Before an ack "not now" is an error at once; behind it the pause that Slack asks for is kept."""
    async with slack(BUSY, answer('{"ok": true, "ts": "1.1"}')) as (web, asked):
        with pytest.raises(SlackApiError, match="ratelimited"):
            await web.hasty.post("C1", "hello", [])
        assert len(asked) == 1

    async with slack(BUSY, answer('{"ok": true, "ts": "1.1"}')) as (web, asked):
        begun = time.monotonic()
        assert await web.patient.post("C1", "hello", []) == ("C1", "1.1")
        assert time.monotonic() - begun >= 1


@pytest.mark.parametrize("asked_for", ["0", "soon", "", "-1", "Sat, 21 Nov 2026 17:00:00 GMT", None])
async def test_a_pause_that_is_no_number_is_a_short_one(asked_for: str | None) -> None:
    """Whatever stands in Retry-After, what is said in the background arrives."""
    header = "" if asked_for is None else f"Retry-After: {asked_for}\r\n"
    busy = answer("{}", "429 Too Many Requests", header)
    async with slack(busy, answer('{"ok": true, "ts": "1.1"}')) as (web, _):
        assert await web.patient.post("C1", "hello", []) == ("C1", "1.1")


async def test_a_long_pause_is_kept_to() -> None:
    """While Slack asks for patience nothing more is sent there, not even once."""
    async with slack(answer("{}", "429 Too Many Requests", "Retry-After: 120\r\n")) as (web, asked):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3):
                await web.patient.post("C1", "hello", [])

    assert len(asked) == 1


async def test_a_slack_without_a_workspace_stops_the_start() -> None:
    """An auth.test that names no workspace is told in one line: everything hangs on whose we are."""
    async with slack(answer('{"ok": true}')) as (web, _):
        with pytest.raises(Misconfigured, match="names no workspace"):
            await web.identity()


@pytest.mark.parametrize(("method", "argument"), [("user", "U1"), ("usergroup", "S1"), ("channel", "C1")])
async def test_what_slack_leaves_out_is_not_guessed(method: str, argument: str) -> None:
    """A profile, a group or a channel that is missing in an answer is unknown, not empty."""
    async with slack(answer('{"ok": true}')) as (web, _):
        with pytest.raises(Unavailable):
            await getattr(web.hasty, method)(argument)


@pytest.mark.parametrize("channel", ["", ', "channel": {}', ', "channel": "D1"'])
async def test_a_conversation_without_a_name_is_the_persons(channel: str) -> None:
    """Where conversations.open names no channel the person's own id is one."""
    async with slack(answer('{"ok": true' + channel + "}")) as (web, _):
        assert await web.patient.direct("U1") == "U1"


async def test_a_message_without_a_ts_is_posted() -> None:
    """A ts that Slack keeps to itself is empty: the message stands, and cannot be changed."""
    async with slack(answer('{"ok": true}')) as (web, _):
        assert await web.patient.post("C1", "hello", []) == ("C1", "")


async def test_a_rate_limit_is_no_reason_to_miss_the_ack(side: SlackSide) -> None:
    """When Slack asks for patience before an ack, the person gets a sentence within Slack's own."""
    side.slack.team.faults.set({"rate_limit": {"users.info": 9, "views.open": 9}})
    begun = time.monotonic()

    said = (await side.command(ADA, "request")).json["text"]

    assert time.monotonic() - begun < 2.9
    assert "Reference" in said


def without_url(user: str) -> dict[str, Any]:
    """Make a click that leaves us no response_url."""
    return {"response_url": None, "user": {"id": user, "team_id": "T0ACME"}}


async def test_a_whisper_that_hangs_does_not_hold_the_ack(side: SlackSide) -> None:
    """A slow Slack hears our ack first; the sentence comes when it comes."""
    request = await side.ask()
    card = await side.card(request.id)
    side.twisted.delays["chat.postEphemeral"] = 1.8
    begun = time.monotonic()

    assert (await side.press(MALLORY, "approve_request", card, **without_url(MALLORY))).status == 200

    assert time.monotonic() - begun < 1.7
    await side.until(lambda: side.whispers(MALLORY))


async def test_a_whisper_that_fails_is_no_second_error(side: SlackSide) -> None:
    """When not even the refusal can be told, the click is acked all the same."""
    request = await side.ask()
    card = await side.card(request.id)
    methods = ("chat.postEphemeral", "chat.postMessage", "conversations.open")
    side.slack.team.faults.set({"fail": {method: {"status": 400, "times": 99} for method in methods}})

    answer = await side.press(MALLORY, "approve_request", card, **without_url(MALLORY))

    assert (answer.status, answer.body) == (200, "")


@pytest.mark.parametrize("view", [{}, {"blocks": None}, {"blocks": [{"type": "section"}, {"type": "input"}]}])
async def test_a_form_without_fields_shows_the_sentence_all_the_same(
    side: SlackSide, view: dict[str, Any]
) -> None:
    """A view that has no field to show an error at is replaced by the sentence."""
    body = {
        "type": "view_submission",
        "team": {"id": "T0ACME"},
        "user": {"id": GRACE, "team_id": "T0ACME"},
        "view": {"type": "modal", "callback_id": "deny_request", "id": "V1", **view},
    }

    answer = await side.deliver("view_submission", body)

    assert answer.status == 200
    assert answer.json["response_action"] == "update"
    assert "I don't know" in str(answer.json["view"]["blocks"])
