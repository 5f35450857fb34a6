"""The form for a key: what it accepts, what it says at which field, and what approvers get to see of it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.key_request import State
from bot.domain.redact import redact
from bot.store import keys
from sandbox.slack.delivery import payloads
from sandbox.slack.delivery.http import encoded
from sandbox.slack.delivery.transport import Parcel
from tests.support.people import TEAM
from tests.support.slack_side import ADA, APPROVALS, GRACE, MALLORY, PURPOSE, filled

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.support.slack_side import SlackSide

HOME_OPENED = {"type": "app_home_opened", "user": MALLORY, "channel": "D0", "tab": "home"}
PLANTED = "AI" + "za" + "Sy7hQ2b9XkLm3Nw8Rt5Vz1Yc6Pd4Gf0JsAa"


@pytest.fixture
async def form(side: SlackSide) -> SlackSide:
    """Ada has the form open."""
    await side.command(ADA, "request")
    return side


async def test_a_sent_form_is_a_request(form: SlackSide) -> None:
    """The ack shows the request's id in place of the form, and the record holds what was asked."""
    answer = await form.submit(ADA, filled())

    (request,) = await form.service.requests.mine(TEAM, ADA)
    assert answer.json["response_action"] == "update"
    assert f"*{request.id}*" in answer.body
    assert (request.state, request.project_id, request.purpose) == (State.PENDING, "acme-ml-dev", PURPOSE)
    assert request.requester.email == "ada@acme.test"


async def test_a_form_that_arrives_again_is_the_same_request(form: SlackSide) -> None:
    """A second click after a lost ack leads to the same request and the same answer."""
    first = await form.submit(ADA, filled())
    second = await form.submit(ADA, filled())

    assert first.json == second.json
    assert len(await form.service.requests.mine(TEAM, ADA)) == 1


async def test_a_captured_form_cannot_be_sent_again(form: SlackSide) -> None:
    """The very same signed bytes are taken once."""
    content_type, body = encoded(Parcel("view_submission", "", form.submission(ADA, filled())))
    stamp = int(time.time())

    assert (await form.post(body, content_type, at=stamp)).status == 200
    assert (await form.post(body, content_type, at=stamp)).status == 401


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        (filled(purpose="too short"), "purpose", "20+ characters"),
        (filled(purpose=" " * 40), "purpose", "20+ characters"),
        (filled(purpose="x" * 3_001), "purpose", "under 500 characters"),
        (filled(project="acme-nowhere"), "project", "from the list"),
        (filled(environment="prod"), "environment", "acme-ml-dev is not for prod"),
        (filled(environment="staging"), "environment", "Choose an environment"),
        (filled(days=3_650), "lifetime", "can't live that long"),
        (filled(project="acme-ml-prod", environment="prod"), "lifetime", "can't live that long"),
    ],
    ids=[
        "short",
        "blank",
        "endless",
        "no project",
        "wrong environment",
        "no environment",
        "ten years",
        "7 days",
    ],
)
async def test_a_wrong_field_is_told_at_the_field(
    form: SlackSide, values: dict[str, Any], field: str, said: str
) -> None:
    """Nothing is kept, and the person reads at the field what to mend."""
    answer = await form.submit(ADA, values)

    assert answer.json["response_action"] == "errors"
    assert list(answer.json["errors"]) == [field]
    assert said in answer.json["errors"][field]
    assert await form.service.requests.mine(TEAM, ADA) == []


@pytest.mark.parametrize("missing", ["project", "environment", "purpose", "lifetime"])
@pytest.mark.parametrize("how", ["absent", "empty", "null"])
async def test_a_missing_field_is_told_at_the_field(form: SlackSide, missing: str, how: str) -> None:
    """A field that did not come, came empty, or came without a value is asked for, never guessed."""
    payload = form.submission(ADA, filled())
    values = payload["view"]["state"]["values"]
    if how == "absent":
        del values[missing]
    else:
        values[missing] = (
            {missing: {"type": "x", "selected_option": None, "value": None}} if how == "null" else {}
        )

    answer = await form.deliver("view_submission", payload)

    assert list(answer.json["errors"]) == [missing]
    assert await form.service.requests.mine(TEAM, ADA) == []


@pytest.mark.parametrize("days", ["-1", "1e9", "७", "²", "9" * 40, "604800.0", "NaN", ""])
async def test_a_lifetime_that_is_no_number_is_told_at_the_field(form: SlackSide, days: str) -> None:
    """Whatever stands in the field, the answer is a sentence at it and no reference to a fault of ours."""
    values = filled()
    values["lifetime"]["selected_option"]["value"] = days

    answer = await form.submit(ADA, values)

    assert answer.json["response_action"] == "errors"
    assert list(answer.json["errors"]) == ["lifetime"]
    assert "went wrong" not in answer.body


@pytest.mark.parametrize("word", ["request", "request acme-ml-dev"])
async def test_a_guest_reads_why_there_is_no_form(side: SlackSide, word: str) -> None:
    """Nobody types in vain: who may not ask hears so before a form opens."""
    answer = await side.command(MALLORY, word)

    assert "Guests can't use Gemini keys" in answer.json["text"]
    assert side.view(MALLORY) is None


async def test_the_button_opens_no_form_for_a_guest(side: SlackSide) -> None:
    """The same from a Home that was opened before he became one."""
    side.slack.change_user(MALLORY, is_restricted=False)
    await side.deliver("event", payloads.event_callback(side.slack.team, HOME_OPENED))
    side.slack.change_user(MALLORY, is_restricted=True)
    side.clock.forward(minutes=6)

    await side.press(MALLORY, "request_key", None)

    assert side.view(MALLORY) is None
    assert await side.message(side.direct(MALLORY), lambda m: "Guests can't use" in m.text)


async def test_who_became_a_guest_meanwhile_reads_why_not_in_the_form(form: SlackSide) -> None:
    """A form that stayed open is judged when it is sent, and nothing that was typed is lost."""
    form.slack.change_user(ADA, is_restricted=True)
    form.clock.forward(minutes=6)

    answer = await form.submit(ADA, filled())

    assert "Guests can't use Gemini keys" in answer.json["errors"]["project"]
    assert await form.service.requests.mine(TEAM, ADA) == []


async def test_a_second_request_for_the_same_project_waits_for_the_first(form: SlackSide) -> None:
    """One undecided request a project and person; another project is another matter."""
    request = await form.ask()
    await form.command(ADA, "request")

    answer = await form.submit(ADA, filled())

    assert answer.json["errors"] == {"project": f"You already have {request.id} waiting for this project."}
    assert (await form.ask(project="acme-vision")).id != request.id


HOSTILE = {
    "mentions": "<!channel> <@U0GRACE> please approve <http://evil.test|the policy> at once",
    "right to left": "\u202eevorppa esaelp\u202c and also \u2066this\u2069 to the end",
    "arabic": "نريد تلخيص تذاكر الدعم في أداتنا الداخلية",
    "fences": "``` *approved* ``` ~no~ _yes_ `code` > quote, and on",
    "emoji": "🔑 👨‍👩‍👧‍👦 :white_check_mark: 🏳️‍🌈 and twenty more",
    "lines": "one\ntwo\r\nthree\n\n\n\nfour\tfive six seven",
    "five hundred": "é" * 500,
    "five hundred that escape": "<&>" * 166,
    "controls": "bell \x07 null \x00 escape \x1b[31m and the rest of it",
    "templates": "{id} {name.__class__} %(id)s ${HOME} {{braces}} here",
    "json": '", "style": "danger", "x": "and on it goes',
}


@pytest.mark.parametrize("purpose", HOSTILE.values(), ids=HOSTILE)
async def test_whatever_the_purpose_the_approvers_read_it_literally(side: SlackSide, purpose: str) -> None:
    """Strict Slack takes the card; the words stand in it as letters, and nothing turns the reading order."""
    request = await side.ask(purpose=purpose)
    card = await side.card(request.id)

    quoted = [b["text"] for b in card.blocks if b.get("type") == "section" and "text" in b]
    shown = next(text for text in quoted if text["type"] == "plain_text")
    visible = [c for c in purpose.strip() if c.isalnum()]
    assert [c for c in shown["text"] if c.isalnum()] == visible
    assert not set("\u202e\u202c\u2066\u2069\x07\x00\x1b") & set(json.dumps(card.blocks, ensure_ascii=False))
    assert "<!channel>" not in card.text
    assert await side.message(side.direct(ADA), lambda m: request.id in m.text)


async def test_a_key_in_the_purpose_is_shown_to_nobody(side: SlackSide) -> None:
    """Somebody who pastes a key into the form has it redacted wherever the purpose is shown."""
    request = await side.ask(purpose=f"my old key {PLANTED} does not work any more")
    await side.card(request.id)
    shown = await side.command(GRACE, f"show {request.id}")

    everything = json.dumps([[m.text, m.blocks] for m in side.messages(APPROVALS)]) + shown.body
    assert "does not work any more" in everything
    assert PLANTED not in everything
    assert redact(everything) == everything


async def test_a_key_in_the_purpose_is_kept_nowhere(side: SlackSide, redis: Redis) -> None:
    """No byte of Redis holds a key that somebody pasted into the form."""
    request = await side.ask(purpose=f"my old key {PLANTED} does not work any more")

    record = await redis.hget(keys.request(TEAM, request.id), "json")
    assert "does not work any more" in str(record)
    assert PLANTED not in str(record)


async def test_send_again_brings_the_earlier_words(side: SlackSide) -> None:
    """After a no the form comes back filled, and only to the person whose request it was."""
    request = await side.ask()
    card = await side.card(request.id)
    await side.press(GRACE, "deny_request", card)
    await side.submit(GRACE, {"note": {"type": "plain_text_input", "value": "which tool?"}})
    denied = await side.message(side.direct(ADA), lambda m: "denied" in m.text)
    side.slack.team.views.clear(ADA)
    side.slack.team.views.clear(GRACE)

    await side.press(GRACE, "send_again", denied)
    assert side.view(GRACE) is None
    assert side.whispers(GRACE) == [f"Only the person who asked for {request.id} can send it again."]
    await side.press(ADA, "send_again", denied)

    view = side.view(ADA)
    assert view is not None
    elements = {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}
    assert elements["purpose"]["initial_value"] == PURPOSE
    assert elements["project"]["initial_option"]["value"] == "acme-ml-dev"
    assert elements["lifetime"]["initial_option"]["value"] == str(7 * 86_400)
