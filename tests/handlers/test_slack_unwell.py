"""Slack answers with trouble of its own, or takes its leave: people read which, and Home comes later."""

from __future__ import annotations

import json
from typing import Any

import pytest
import structlog

from bot.errors import Misconfigured
from handlers.app import SlackFrontEnd
from sandbox.slack.delivery import payloads
from tests.support.slack_side import ADA, APPROVALS, GRACE, SlackSide, has_button

JSON, TEXT, HTML = "application/json", "text/plain", "text/html"


def refused(word: str) -> tuple[int, str, bytes]:
    """Answer as Slack does when it does not do what it is asked."""
    return 200, JSON, json.dumps({"ok": False, "error": word}).encode()


UNWELL = {
    "its own word": (refused("internal_error"), "internal_error"),
    "an outage": ((503, JSON, b'{"ok": false, "error": "service_unavailable"}'), "service_unavailable"),
    "an error page": ((500, HTML, b"<html>Server Error</html>"), "http_500"),
    "a proxy's word": ((502, TEXT, b"upstream connect error"), "http_502"),
    "a page of maintenance": ((200, HTML, b"<html>Back soon</html>"), "http_200"),
    "half an answer": ((500, JSON, b'{"ok": fal'), "http_500"),
}


@pytest.mark.parametrize(("answer", "kind"), UNWELL.values(), ids=UNWELL)
async def test_trouble_of_slacks_own_is_called_so(
    side: SlackSide, answer: tuple[int, str, bytes], kind: str
) -> None:
    """Nobody reads that the bot is broken, and no traceback is logged, when Slack is."""
    side.twisted.instead["views.open"] = answer

    with structlog.testing.capture_logs() as logged:
        said = (await side.command(ADA, "request")).json["text"]

    assert said.startswith(f"Slack has trouble of its own ({kind}). Please try again in a moment. Reference")
    assert not any(line["log_level"] == "error" for line in logged), logged
    assert any(line.get("kind") == kind for line in logged)


@pytest.mark.parametrize("body", [b"", b'{"ok": false, "error": "ratelimited"}', b'{"ok": false}'])
async def test_asking_for_patience_needs_no_word(side: SlackSide, body: bytes) -> None:
    """The status 429 says it alone."""
    side.twisted.instead["views.open"] = (429, JSON, body)

    said = (await side.command(ADA, "request")).json["text"]

    assert said.startswith("Slack asks me to slow down. Please try again in a moment.")


@pytest.mark.parametrize("word", ["expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"])
async def test_a_form_that_came_too_late_is_asked_for_again(side: SlackSide, word: str) -> None:
    """A trigger lives 3 s: whose form did not open in time reads that another try may do."""
    side.twisted.instead["views.open"] = refused(word)

    said = (await side.command(ADA, "request")).json["text"]

    assert said.startswith("Slack gave me no way to open a form here. Please try again.")


@pytest.mark.parametrize("word", ["token_revoked", "account_inactive", "missing_scope"])
async def test_an_app_that_slack_does_not_let_in_says_whom_to_tell(side: SlackSide, word: str) -> None:
    """No other try mends it, so nobody is told to try again; the log has Slack's word, and no traceback."""
    side.twisted.instead["views.open"] = refused(word)

    with structlog.testing.capture_logs() as logged:
        said = (await side.command(ADA, "request")).json["text"]

    assert said == f"Slack forbids me to do that ({word}). Please tell whoever runs me."
    (line,) = [line for line in logged if line["log_level"] == "error"]
    assert (line["kind"], line.get("exc_info")) == (word, None)


@pytest.mark.parametrize("word", ["invalid_blocks", "msg_too_long"])
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_a_card_that_slack_does_not_take_keeps_its_words_and_buttons(
    side: SlackSide, method: str, word: str
) -> None:
    """Whatever Slack finds wrong with our blocks, approvers can decide, and read what was decided."""
    request = None if method == "chat.postMessage" else await side.ask()
    faults = side.slack.team.faults
    if request:
        await side.card(request.id)
        await side.message(side.direct(ADA), lambda m: request.id in m.text)
    faults.set({"fail": {method: {"status": 200, "times": 1, "error": word}}})
    request = request or await side.ask()
    card = await side.card(request.id)
    if method == "chat.postMessage":
        await side.message(side.direct(ADA), lambda m: request.id in m.text)
        assert [block["type"] for block in card.blocks] == ["section", "actions"]
        assert has_button(card, "approve_request")
        assert has_button(card, "deny_request")

    await side.press(GRACE, "approve_request", card)

    await side.until(lambda: "Approved by" in card.text and not has_button(card, "approve_request"))
    assert [m for m in side.messages(APPROVALS) if request.id in m.text] == [card]
    assert faults.fail[method].times == 0


@pytest.mark.parametrize(
    ("answer", "status"),
    [(UNWELL["an error page"][0], 503), (refused("internal_error"), 503), (refused("not_enabled"), 200)],
    ids=["an-error-page", "internal-error", "home-is-switched-off"],
)
async def test_home_is_shown_when_slack_asks_again(side: SlackSide, answer: Any, status: int) -> None:
    """Slack sends an event again that was not taken: only what will never work is taken without a Home."""
    event = {"type": "app_home_opened", "user": ADA, "tab": "home", "channel": side.direct(ADA)}
    side.twisted.instead["views.publish"] = answer
    body = payloads.event_callback(side.slack.team, event)

    assert (await side.deliver("event", body)).status == status


async def test_a_start_while_slack_is_unwell_does_not_blame_the_token(side: SlackSide) -> None:
    """The operator reads that Slack can't be reached, not that the token is refused."""
    side.twisted.instead["auth.test"] = UNWELL["a proxy's word"][0]
    front = SlackFrontEnd(side.service)

    with pytest.raises(Misconfigured, match=r"Slack can't be reached at .*: http_502"):
        await front.start()

    await front.stop()
