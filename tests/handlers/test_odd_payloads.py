"""Every listener's payload, changed in one place at a time: answered in time, with no fault of ours."""

from __future__ import annotations

import copy
import json
import re
from itertools import cycle
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from bot.domain.key_request import State
from handlers.commands.gemini_key import COMMAND, VERBS
from sandbox.slack.delivery import payloads
from tests.support.people import TEAM
from tests.support.registered import Registered
from tests.support.slack_side import ADA, ALAN, APPROVALS, GENERAL, GRACE, SlackSide, filled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.slack_side import Answer

Json = dict[str, Any]
Path = tuple[str | int, ...]
ASKED = Registered().asked
GONE = object()
# Left out, empty, of another type, half a character, very long, and reading backwards.
ODD = (GONE, None, "", [], {}, 7, True, [None], {"id": {"id": 7}}, "\ud800", "x" * 4_000, "\u202e\x00")
# What nobody reads, and what would make the walk long.
UNREAD = frozenset({"token", "api_app_id", "message", "authorizations", "profile", "title", "element"})


def paths(node: Any, at: Path = ()) -> Iterator[Path]:
    """Name every place of a payload; of a list the first."""
    if at:
        yield at
    pairs: Any = (
        node.items() if isinstance(node, dict) else enumerate(node[:1] if isinstance(node, list) else ())
    )
    for name, part in pairs:
        if name not in UNREAD:
            yield from paths(part, (*at, name))


def changed(payload: Json, at: Path, odd: Any) -> Json:
    """Put something odd in one place."""
    whole = copy.deepcopy(payload)
    beside: Any = whole
    for name in at[:-1]:
        beside = beside[name]
    if odd is GONE:
        del beside[at[-1]]
    else:
        beside[at[-1]] = odd
    return whole


def action_id(wanted: str | re.Pattern[str]) -> str:
    """Find an id that a listener asks for."""
    if isinstance(wanted, str):
        return wanted
    first = re.sub(r"\(_first\)\?|[\^$]", "", wanted.pattern).replace(r"\d", "0")
    found = re.sub(r"\(([^|]*)\|.*\)", r"\1", first)
    assert wanted.search(found), wanted
    return found


def view(callback_id: str, kind: str = "modal", metadata: str = "") -> Json:
    """Build a view as Slack sends it, with the fields of the form for a key filled in."""
    values = {name: {name: value} for name, value in filled().items()}
    blocks = [{"type": "input", "block_id": name, "element": {"action_id": name}} for name in values]
    return {
        "id": "V0ODD",
        "type": kind,
        "team_id": TEAM,
        "callback_id": callback_id,
        "private_metadata": metadata,
        "app_installed_team_id": TEAM,
        "blocks": blocks,
        "state": {"values": values},
    }


def clicks(side: SlackSide, where: Json) -> Iterator[Json]:
    """Press every button that there is."""
    team, person = side.slack.team, side.slack.team.workspace.person(GRACE)
    for wanted in ASKED["action"]:
        action = {"action_id": action_id(wanted), "block_id": "b", "type": "button", "value": "GK-7F3K"}
        yield payloads.block_actions(team, person, where, action, trigger_id=team.triggers.issue(GRACE))


def in_messages(side: SlackSide) -> Iterator[Json]:
    team = side.slack.team
    channel = team.workspace.channels[APPROVALS]
    card = channel.messages[-1]
    url = team.response_urls.issue(GRACE, channel.id, source=card)
    yield from clicks(side, {**payloads.in_message(channel, card), "response_url": url})


def in_views(side: SlackSide) -> Iterator[Json]:
    kinds = cycle(("modal", "home"))
    for payload in clicks(side, {"container": {"type": "view", "view_id": "V0ODD"}}):
        yield payload | {"view": view("x", next(kinds))}


def forms(side: SlackSide) -> Iterator[Json]:
    team, person = side.slack.team, side.slack.team.workspace.person(ADA)
    for number, callback_id in enumerate(ASKED["view"]):
        body = payloads.common(team, person, "view_submission")
        sent = view(callback_id, metadata="GK-7F3K") | {"id": f"V{number}"}
        yield body | {"trigger_id": "1.2", "view": sent, "response_urls": []}


def commands(side: SlackSide) -> Iterator[Json]:
    team, person = side.slack.team, side.slack.team.workspace.person(ADA)
    for word in VERBS:
        yield payloads.slash_command(
            team, person, team.workspace.channels[GENERAL], COMMAND, f"{word} GK-7F3K"
        )


def beside(side: SlackSide) -> Iterator[Json]:
    """The shortcut of a message, and what is typed into a menu."""
    team, person = side.slack.team, side.slack.team.workspace.person(ADA)
    channel = team.workspace.channels[APPROVALS]
    for wanted in ASKED["shortcut"]:
        message = channel.messages[-1]
        yield payloads.message_action(team, person, channel, message, wanted["callback_id"])
    for wanted in ASKED["options"]:
        typed = {"action_id": wanted, "block_id": wanted, "value": "acme", "view": view("request_key")}
        yield payloads.block_suggestion(team, person, {}, typed)


def events(side: SlackSide) -> Iterator[Json]:
    user = {"id": ADA, "team_id": TEAM, "deleted": False, "enterprise_user": {"teams": [TEAM]}}
    person = {"subteam_members_changed": None, "user_change": user}
    function = {"callback_id": ASKED["function"][0]}
    step = {"function": function, "function_execution_id": "Fx0ODD", "inputs": {"person": ADA, "days": 7}}
    for kind in (*ASKED["event"], "function_executed"):
        who = {"user": person.get(kind, ADA), "tab": "home", "subteam_id": "S0APPROVERS"}
        event = {"type": kind, **(step if kind == "function_executed" else who)}
        yield payloads.event_callback(side.slack.team, event)


# How many places of one payload are passed over for one that is changed: its kind is read in one way.
WALKS: dict[str, tuple[int, Callable[[SlackSide], Iterator[Json]]]] = {
    "buttons in messages": (31, in_messages),
    "buttons in views": (61, in_views),
    "forms": (13, forms),
    "commands": (11, commands),
    "shortcuts and menus": (3, beside),
    "events": (2, events),
}


async def deliver(side: SlackSide, payload: Json) -> Answer:
    """Deliver an event or a command as bare JSON, everything else in a form."""
    return await side.deliver("event" if {"event", "command"} & payload.keys() else "block_actions", payload)


@pytest.mark.parametrize(("stride", "walk"), WALKS.values(), ids=WALKS)
async def test_no_odd_payload_is_a_fault_of_ours(
    side: SlackSide, stride: int, walk: Callable[[SlackSide], Iterator[Json]]
) -> None:
    """Whatever one place of a payload holds (a sample of both), Slack is answered and no error logged."""
    await side.card((await side.ask()).id)
    odds, faults = cycle(ODD), []
    for number, payload in enumerate(walk(side)):
        for at in list(paths(payload))[number % stride :: stride]:
            odd = next(odds)
            with structlog.testing.capture_logs() as logged:
                answer = await deliver(side, {**changed(payload, at, odd), "nonce": number})
            errors = [line for line in logged if line["log_level"] == "error"]
            if answer.status != 200 or errors:
                faults.append((at, odd, answer.status, errors))
    assert faults == []


def unreadable() -> Iterator[Json]:
    """Say badly, or not at all, who presses or where."""
    for odd in (None, 7, [GRACE], {}, {"id": None}, {"id": [GRACE]}, {"id": "\ud800"}, {"name": "grace"}):
        yield {"user": odd}
    for odd in (7, [TEAM], {"id": 7}, {"id": [TEAM]}):
        yield {"team": odd}


@pytest.mark.parametrize("change", list(unreadable()), ids=json.dumps)
async def test_nobody_in_particular_decides_nothing(side: SlackSide, change: Json) -> None:
    """A click whose person or workspace cannot be read is nobody's, and the next one of Grace's counts."""
    request = await side.ask()
    card = await side.card(request.id)

    assert (await side.press(GRACE, "approve_request", card, **change)).status == 200
    assert (await side.service.requests.get(TEAM, request.id)).state is State.PENDING

    await side.press(GRACE, "approve_request", card)
    assert (await side.service.requests.get(TEAM, request.id)).state is State.APPROVED


async def test_a_stand_in_may_count_its_views_anew(side: SlackSide) -> None:
    """The same id of a view is the same wish only from the same person, and while it is the same view."""
    await side.command(ADA, "request")
    form = side.submission(ADA, filled())
    await side.command(ALAN, "request")
    other = side.submission(ALAN, filled(purpose="translate our handbook into four languages"))
    other["view"]["id"] = form["view"]["id"]
    later = form | {"view": form["view"] | {"hash": "another"}}

    sent = (form, other, form | {"again": 1}, later)
    answers = [await side.deliver("view_submission", body) for body in sent]

    (adas,) = await side.service.requests.mine(TEAM, ADA)
    (alans,) = await side.service.requests.mine(TEAM, ALAN)
    assert [adas.id in answer.body for answer in answers] == [True, False, True, True]
    assert [alans.id in answer.body for answer in answers] == [False, True, False, False]
    assert [f"already have {adas.id} waiting" in answer.body for answer in answers] == [False] * 3 + [True]


async def test_a_form_that_is_corrected_and_sent_again_is_one_wish(side: SlackSide) -> None:
    """Slack said that the first sending failed, and it had not: a correction asks for nothing new."""
    await side.command(ADA, "request")
    form = copy.deepcopy(side.submission(ADA, filled()))
    later = side.submission(ADA, filled(purpose="summarise support tickets in our internal tools"))

    answers = [await side.deliver("view_submission", body) for body in (form, later)]

    (request,) = await side.service.requests.mine(TEAM, ADA)
    assert all(request.id in answer.body and "already" not in answer.body for answer in answers)


async def test_a_view_without_an_id_is_taken(side: SlackSide) -> None:
    """Where nothing tells deliveries apart each is taken, and the rules look at it."""
    await side.command(ADA, "request")
    form = side.submission(ADA, filled())
    del form["view"]["id"]

    assert (await side.deliver("view_submission", form)).json["response_action"] == "update"
    again = await side.deliver("view_submission", form | {"again": 1})

    (request,) = await side.service.requests.mine(TEAM, ADA)
    assert f"You already have {request.id} waiting" in again.body


@pytest.mark.parametrize("trigger", [None, "1.2.3"])
async def test_setups_without_a_trigger_of_their_own_are_two(side: SlackSide, trigger: str | None) -> None:
    """A trigger that is missing, or always the same, makes no other project's list of this one."""
    first = await side.command(GRACE, "setup acme-ml-dev", trigger_id=trigger)
    second = await side.command(GRACE, "setup acme-vision", trigger_id=trigger)

    names = [answer.json["text"].partition(":")[0] for answer in (first, second)]
    assert len(set(names)) == len(names), names


async def test_half_a_character_is_no_reason_to_lose_a_wish(side: SlackSide) -> None:
    """JSON can spell half of an emoji; the rest of the purpose stays."""
    await side.command(ADA, "request")

    await side.submit(ADA, filled(purpose="summarise support tickets \ud83d every day"))

    (request,) = await side.service.requests.mine(TEAM, ADA)
    assert request.purpose == "summarise support tickets \ufffd every day"


async def test_a_form_of_an_older_version_is_not_taken_for_sent(side: SlackSide) -> None:
    """Who sends a form or presses a button that nobody listens to any more reads so."""
    await side.command(ADA, "request")
    form = side.submission(ADA, filled())
    form["view"]["callback_id"] = "gk_request_v1"
    request = await side.ask(GRACE)
    card = await side.card(request.id)

    answer = await side.deliver("view_submission", form)
    pressed = {"actions": [{"action_id": "gk_approve_v1", "value": request.id}]}
    await side.press(GRACE, "approve_request", card, **pressed)

    assert "any more" in answer.json["errors"]["project"]
    assert any("any more" in said for said in await side.until(lambda: side.whispers(GRACE)))


async def test_only_a_clear_word_sees_somebody_off(side: SlackSide) -> None:
    """An account is switched off when Slack says `true`, and not when it says something else."""
    request = await side.ask()
    user = {"id": ADA, "team_id": TEAM, "name": "ada", "deleted": "false", "profile": {}}
    event = {"type": "user_change", "user": user}

    answer = await side.deliver("event", payloads.event_callback(side.slack.team, event))

    assert answer.status == 200
    assert (await side.service.requests.get(TEAM, request.id)).state is State.PENDING
