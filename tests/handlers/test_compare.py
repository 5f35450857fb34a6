"""`/gemini-key compare` in Slack: three presses, one answer, and the form from there."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.kinds import Data, Have, Kind, Where
from bot.languages.words import Words
from handlers.surfaces import compare_modal
from handlers.surfaces.compare_words import ADVICE, DATA, HAVE, NOTES, WHERE
from sandbox.demo.visitor import button, words
from sandbox.slack.blocks.surfaces import view_problems
from sandbox.slack.delivery import payloads
from tests.support.slack_side import ADA

if TYPE_CHECKING:
    from tests.support.slack_side import SlackSide

W = Words()


@pytest.mark.parametrize("three", list(product(Where, Have, Data)))
def test_every_answer_fits_a_modal_and_says_why(three: tuple[Any, ...]) -> None:
    """All 27 answers are valid views with one recommendation and a button."""
    chosen = dict(zip((WHERE, HAVE, DATA), three, strict=True))

    for allowed in (frozenset(Kind), frozenset({Kind.AUTH_KEY})):
        view = compare_modal.build(W, chosen, allowed)

        assert view_problems(view, pointer="") == []
        assert sum(advice in words(view) for advice in ADVICE.values()) == 1
        _, ask = button(view, "request_key")
        assert ask["value"] in allowed


def test_everything_that_can_be_advised_or_noted_has_its_words() -> None:
    """A new kind or note without a sentence fails here and not before a person."""
    assert set(ADVICE) == set(Kind)
    assert len(set(NOTES.values())) == len(NOTES)


async def test_three_presses_give_the_answer_and_a_fourth_the_form(side: SlackSide) -> None:
    """The modal keeps what was chosen, answers after the third, and puts the form on top."""
    await side.command(ADA, "compare")
    assert "Answer the three questions" in words(side.view(ADA) or {})

    for question, choice in ((WHERE, "machine"), (HAVE, "key"), (DATA, "users")):
        await choose(side, question, choice)

    shown = words(side.view(ADA) or {})
    assert "Take a key bound to a service account" in shown
    assert "put it in its place" in shown
    assert "OAuth client" in shown
    await press(side, "request_key")
    assert (side.view(ADA) or {})["callback_id"] == "request_key"
    assert len(side.slack.team.views.stacks[ADA]) == 2


async def choose(side: SlackSide, question: str, choice: str) -> None:
    view = side.slack.team.views.top(ADA)
    assert view is not None
    radio = next(e for b in view.blocks for e in b.get("elements", []) if e.get("action_id") == question)
    option = next(o for o in radio["options"] if o["value"] == choice)
    view.values[question] = {question: {"type": "radio_buttons", "selected_option": option}}
    await act(
        side,
        {"action_id": question, "block_id": question, "type": "radio_buttons", "selected_option": option},
    )


async def press(side: SlackSide, action_id: str) -> None:
    block, element = button(side.view(ADA) or {}, action_id)
    await act(side, {
        "action_id": action_id, "block_id": block["block_id"], "type": "button", "value": element["value"],
    })  # fmt: skip


async def act(side: SlackSide, action: dict[str, Any]) -> None:
    team = side.slack.team
    view = team.views.top(ADA)
    assert view is not None
    where = payloads.in_view(view)
    trigger = {"trigger_id": team.triggers.issue(ADA)}
    payload = payloads.block_actions(team, team.workspace.person(ADA), where, action, **trigger)
    assert (await side.deliver("block_actions", payload)).status == 200
