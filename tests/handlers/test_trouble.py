"""When Slack or Redis fails, or a payload is nothing we know: closed, in words, and nothing half-done."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from pydantic import SecretStr

import sandbox
from bot.domain.key_request import State
from bot.errors import Misconfigured
from handlers.app import SlackFrontEnd
from sandbox.slack.delivery import payloads
from tests.support.people import TEAM
from tests.support.redis_server import redis_server
from tests.support.slack_side import ADA, GRACE, SlackSide, filled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractContextManager

POLICY = Path(sandbox.__file__).parent / "policy.toml"
CLOSED = "I couldn't ask Slack who you are or who may decide, so I did nothing. Please try again."
MEMORY = "I couldn't reach my memory"


def failing(side: SlackSide, **methods: int) -> None:
    """Let Web API methods answer with an HTTP status, again and again."""
    named = {method.replace("_", "."): {"status": status, "times": 99} for method, status in methods.items()}
    side.slack.team.faults.set({"fail": named})


async def test_who_cannot_be_looked_up_cannot_ask(side: SlackSide) -> None:
    """Without an answer of users.info nothing is believed, and the person reads so in the form."""
    await side.command(ADA, "request")
    side.clock.forward(minutes=6)
    failing(side, users_info=400)

    answer = await side.submit(ADA, filled())

    assert answer.json["response_action"] == "errors"
    assert answer.json["errors"]["project"].startswith(CLOSED)
    assert await side.service.requests.mine(TEAM, ADA) == []


async def test_who_cannot_be_looked_up_cannot_decide(side: SlackSide) -> None:
    """A click whose author Slack does not describe changes nothing; when Slack is back it works."""
    request = await side.ask()
    card = await side.card(request.id)
    failing(side, users_info=400)

    await side.press(GRACE, "approve_request", card)
    (said,) = side.whispers(GRACE)
    assert said.startswith(CLOSED)
    assert (await side.service.requests.get(TEAM, request.id)).state is State.PENDING

    side.slack.team.faults.clear()
    await side.press(GRACE, "approve_request", card)
    assert (await side.service.requests.get(TEAM, request.id)).state is State.APPROVED


async def test_a_group_that_cannot_be_read_lets_nobody_decide(side: SlackSide) -> None:
    """A failing usergroups.users.list is neither an empty nor a full list of approvers."""
    request = await side.ask()
    card = await side.card(request.id)
    side.clock.forward(minutes=6)
    side.slack.team.faults.set({"fail": {"usergroups.users.list": {"status": 400, "times": 99}}})

    await side.press(GRACE, "approve_request", card)

    (said,) = side.whispers(GRACE)
    assert said.startswith(CLOSED)
    assert (await side.service.requests.get(TEAM, request.id)).state is State.PENDING


async def test_a_former_colleague_decides_nothing_for_longer_than_five_minutes(side: SlackSide) -> None:
    """A profile is believed for five minutes; after that a deactivated approver is refused."""
    request = await side.ask()
    card = await side.card(request.id)
    assert request.id in (await side.command(GRACE, f"show {request.id}")).body  # and so she is known
    side.slack.change_user(GRACE, deleted=True)
    side.clock.forward(minutes=6)

    await side.press(GRACE, "approve_request", card)

    assert (await side.service.requests.get(TEAM, request.id)).state is State.PENDING
    assert side.whispers(GRACE) == ["Only people with an active account can use Gemini keys."]


async def test_a_modal_that_cannot_be_opened_is_told(side: SlackSide) -> None:
    """Slack's own trouble with views.open is a sentence with a reference, not silence."""
    failing(side, views_open=400)

    answer = await side.command(ADA, "request")

    assert answer.status == 200
    assert "Slack has trouble of its own" in answer.json["text"]
    assert "Reference" in answer.json["text"]


@pytest.fixture
async def mortal() -> AsyncIterator[tuple[SlackSide, Any]]:
    """A front end whose Redis can die."""
    with redis_server() as server:
        async with SlackSide(server.url, POLICY) as side:
            yield side, server
            server.start()


@pytest.fixture
async def frozen() -> AsyncIterator[tuple[SlackSide, Callable[[], AbstractContextManager[None]]]]:
    """A front end whose Redis can fall silent."""
    with redis_server() as server:
        async with SlackSide(server.url, POLICY) as side:
            yield side, server.frozen


async def test_a_dead_redis_takes_nothing_and_says_so(mortal: tuple[SlackSide, Any]) -> None:
    """Without the memory of what came before no delivery is taken; who typed or sent a form reads why."""
    side, server = mortal
    request = await side.ask()
    card = await side.card(request.id)
    await side.command(ADA, "request")
    form = side.submission(ADA, filled())
    server.kill()

    answer = await side.command(ADA, "list")
    assert answer.status == 200
    assert MEMORY in answer.json["text"]
    sent = await side.deliver("view_submission", form)
    assert MEMORY in sent.json["errors"]["project"]
    assert (await side.press(GRACE, "approve_request", card)).status == 503


async def test_a_silent_redis_is_a_sentence_in_time(
    frozen: tuple[SlackSide, Callable[[], AbstractContextManager[None]]],
) -> None:
    """A Redis that takes everything and answers nothing costs less than Slack's 3 s."""
    side, freezing = frozen
    request = await side.ask()
    card = await side.card(request.id)
    async with side.without_guard():
        with freezing():
            begun = time.monotonic()
            command = await side.command(ADA, "list")
            assert time.monotonic() - begun < 2.9
            begun = time.monotonic()
            click = await side.press(GRACE, "approve_request", card)
            assert time.monotonic() - begun < 2.9

    assert "Reference" in command.json["text"]
    assert click.status == 200
    (said,) = await side.until(lambda: side.whispers(GRACE))
    assert "Reference" in said


async def test_redis_dying_behind_the_door_is_a_sentence(mortal: tuple[SlackSide, Any]) -> None:
    """A person whose delivery was taken just before Redis died reads what happened and what to do."""
    side, server = mortal
    request = await side.ask()
    card = await side.card(request.id)
    async with side.without_guard():
        server.kill()

        command = await side.command(ADA, "list")
        click = await side.press(GRACE, "approve_request", card)

    assert MEMORY in command.json["text"]
    assert click.status == 200
    assert MEMORY in side.whispers(GRACE)[0]


NONSENSE = {
    "an unknown button": {"type": "block_actions", "actions": [{"action_id": "no_such", "block_id": "b"}]},
    "an unknown shortcut": {"type": "shortcut", "callback_id": "no_such"},
    "an unknown kind": {"type": "no_such_kind"},
    "a button press without a button": {"type": "block_actions", "actions": []},
    "a step of the old kind": {"type": "workflow_step_edit", "callback_id": "no_such"},
    "nobody": {"type": "block_actions", "actions": [{"action_id": "approve_request"}], "user": None},
    "nothing at all": {},
}


@pytest.mark.parametrize("payload", NONSENSE.values(), ids=NONSENSE)
async def test_what_we_do_not_know_is_acked(side: SlackSide, payload: dict[str, Any]) -> None:
    """Slack switches apps off that answer 404 too often, so a payload of no listener is a quiet 200."""
    body = {"team": {"id": TEAM}, "user": {"id": ADA, "team_id": TEAM}, **payload}

    answer = await side.deliver("block_actions", body)

    assert (answer.status, answer.body) == (200, "")


@pytest.mark.parametrize("left_out", ["state", "values", "blocks", "private_metadata", "type"])
async def test_a_form_with_less_than_slack_sends_is_no_crash(side: SlackSide, left_out: str) -> None:
    """What a form does not bring is empty, and whoever sent it reads what is missing."""
    await side.command(ADA, "request")
    form = side.submission(ADA, filled())
    (form["view"]["state"] if left_out == "values" else form["view"]).pop(left_out)

    answer = await side.deliver("view_submission", form)

    assert answer.json.get("response_action") in {"errors", "update"}, answer


@pytest.mark.parametrize(
    "event",
    [{"type": "no_such_event"}, {"type": "message", "text": "hello", "user": ADA}, {"type": "team_join"}],
    ids=lambda event: event["type"],
)
async def test_events_we_do_not_know_are_acked(side: SlackSide, event: dict[str, Any]) -> None:
    """The same for events."""
    answer = await side.deliver("event", payloads.event_callback(side.slack.team, event))

    assert answer.status == 200


@pytest.mark.parametrize("missing", ["trigger_id", "response_url", "user_name", "channel_id", "team_domain"])
async def test_a_command_without_a_field_is_no_crash(side: SlackSide, missing: str) -> None:
    """A field that Slack left out costs at most the answer that needs it."""
    answer = await side.command(ADA, "request", **{missing: None})

    assert answer.status == 200


async def test_another_workspaces_command_is_refused(side: SlackSide) -> None:
    """A command signed for us and sent from elsewhere is answered with why nothing was done."""
    answer = await side.command(ADA, "list", team_id="T0OTHER")

    assert answer.json["text"] == "Only members of this workspace can use Gemini keys."


async def test_an_unsigned_request_is_not_looked_at(side: SlackSide) -> None:
    """What Slack did not sign is refused, whatever it says."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(side.slack.request_url, data=b"command=%2Fgemini-key&text=list") as response,
    ):
        assert response.status == 401


async def test_a_wrong_token_stops_the_start(side: SlackSide) -> None:
    """A bot token that Slack does not know is told in one line, at the start, without the token."""
    wrong = side.settings.model_copy(update={"slack_bot_token": SecretStr("xo" + "xb-other")})

    with pytest.raises(Misconfigured, match="Slack refused SLACK_BOT_TOKEN: invalid_auth") as refusal:
        await starting(SlackFrontEnd(replace(side.service, settings=wrong)))

    assert "other" not in str(refusal.value)


async def test_a_slack_that_is_not_there_stops_the_start(side: SlackSide) -> None:
    """An address where nobody answers is named at the start."""
    wrong = side.settings.model_copy(update={"slack_api_url": "http://127.0.0.1:9/api/"})

    with pytest.raises(Misconfigured, match=r"Slack can't be reached at http://127\.0\.0\.1:9/api/"):
        await starting(SlackFrontEnd(replace(side.service, settings=wrong)))


async def starting(front: SlackFrontEnd) -> None:
    try:
        await front.start()
    finally:
        await front.stop()


async def test_a_profile_without_a_team_is_of_the_workspace_that_asked(side: SlackSide) -> None:
    """A small stand-in for Slack may leave the team out; a payload that names another is still dropped."""
    side.twisted.changes["users.info"] = lambda told: {
        **told,
        "user": {name: value for name, value in told["user"].items() if name != "team_id"},
    }
    request = await side.ask()
    card = await side.card(request.id)

    stranger = {"id": GRACE, "team_id": "T0OTHER"}
    assert (await side.press(GRACE, "approve_request", card, user=stranger)).body == ""
    assert (await side.service.requests.get(TEAM, request.id)).state is State.PENDING

    await side.press(GRACE, "approve_request", card)
    assert (await side.service.requests.get(TEAM, request.id)).state is State.APPROVED


@pytest.mark.parametrize("typed", ["request", "request acme-ml-dev", "why-403"])
async def test_without_a_trigger_the_person_reads_that_no_form_can_open(side: SlackSide, typed: str) -> None:
    """A command that brings no right to open a form is answered in a sentence, not with a fault of ours."""
    answer = await side.command(ADA, typed, trigger_id=None)

    assert answer.json["text"] == "Slack gave me no way to open a form here. Please try again."
