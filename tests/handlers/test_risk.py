"""What the card tells an approver before he decides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.readiness import ProjectReadiness
from bot.languages.words import Words
from handlers.surfaces import request_card, risk
from handlers.surfaces.blocks import SECTION
from tests.support.people import NOW, POLICY, pending
from tests.support.slack_side import GRACE

if TYPE_CHECKING:
    from tests.support.slack_side import SlackSide

W = Words()
HEALTHY = ProjectReadiness(
    project_id="acme-ml-dev",
    checked_at=NOW,
    state="ACTIVE",
    billing_enabled=True,
    api_enabled=True,
    readers=("user:radia@acme.test",),
    keys=3,
)


def said(known: ProjectReadiness | None, **changes: object) -> str:
    return str(risk.build(W, replace(pending(), **changes), known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "changes", "expected"),
    [
        (HEALTHY, {}, "billing is open"),
        (replace(HEALTHY, billing_enabled=False), {}, "no open billing"),
        (replace(HEALTHY, billing_enabled=None), {}, "billing could not be read"),
        (HEALTHY, {}, "can read keys there, too: radia@acme.test"),
        (replace(HEALTHY, readers=()), {}, "nobody else can read keys there by a role on the project itself"),
        (replace(HEALTHY, readers=None), {}, "who else can read keys there is not known"),
        (replace(HEALTHY, readers=tuple(f"user:p{n}@acme.test" for n in range(9))), {}, "and 6 more"),
        (replace(HEALTHY, keys=287), {}, "287 of 300 keys in this project are used"),
        (None, {}, "was not looked at lately"),
        (HEALTHY, {"held": 0}, "holds no live key"),
        (HEALTHY, {"held": 2}, "holds 2 live keys already"),
        (
            HEALTHY,
            {"unusual": ("first-request", "longest-lifetime")},
            "*Unusual:* their first request ever and the longest lifetime offered",
        ),
    ],
)
def test_a_fact_is_told(known: ProjectReadiness | None, changes: dict[str, object], expected: str) -> None:
    """Each fact has its words, and what could not be read is never told as fine."""
    assert expected in said(known, **changes)


def test_what_is_as_usual_is_not_told() -> None:
    """No warning without a reason, no count while there is room."""
    assert "Unusual" not in said(HEALTHY)
    assert "of 300" not in said(HEALTHY)


def test_names_from_google_are_letters() -> None:
    """A member's name is no mark and breaks no limit, however long and however many."""
    hostile = tuple(f"user:<!channel>{'x' * 3_000}{n}" for n in range(40))
    blocks = request_card.build(W, pending(), POLICY, replace(HEALTHY, readers=hostile))

    assert "<!channel>" not in str(blocks)
    texts = [
        element["text"] for block in blocks for element in block.get("elements", []) if "text" in element
    ]
    assert all(len(str(text)) <= SECTION for text in texts)


async def test_the_card_knows_the_project_and_the_person(side: SlackSide) -> None:
    """The first request says so, a later one counts the key; decided, the card is short again."""
    await side.service.readiness.put(replace(HEALTHY, readers=("user:radia@acme.test",)))
    first = await side.ask()
    card = await side.card(first.id)
    shown = str(card.blocks)
    assert "their first request ever" in shown
    assert "holds no live key" in shown
    assert "billing is open" in shown
    assert "can read keys there, too: radia@acme.test" in shown

    await side.press(GRACE, "approve_request", card)
    await side.until(lambda: "billing" not in str(card.blocks))
    again = await side.card((await side.ask(project="acme-vision")).id)
    assert "their first in this project" in str(again.blocks)
    assert "holds 1 live key already" in str(again.blocks)
    assert "not looked at lately" in str(again.blocks)
