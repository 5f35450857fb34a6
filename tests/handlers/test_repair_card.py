"""What the card of a done fix claims: only what somebody has seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.decision import Decision
from bot.domain.repair import Offer, Remedy, Repair, State
from bot.languages.words import Words
from bot.operations.projects.trial import FINE, PAUSED
from handlers.surfaces import repair_card, why_fixes
from tests.support.people import ADA, GRACE, HOUR, NOW

MADE = Repair(
    id="FIX-7F3K",
    requester=ADA,
    offer=Offer(remedy=Remedy.NEW_PROJECT, cause="", project_id="acme-new"),
    requested_at=NOW,
    lapses_at=NOW + HOUR,
    state=State.DONE,
    approvals=(Decision(by=GRACE, at=NOW),),
    works=True,
)


@pytest.mark.parametrize(("trial", "seen"), [(FINE, True), (PAUSED, False), ("", False)])
def test_a_new_project_works_only_where_a_key_was_tried(trial: str, *, seen: bool) -> None:
    """While the making of keys is paused none is, so the card does not speak of calls."""
    said = repair_card.status(Words(), replace(MADE, trial=trial))

    assert "done" in said
    assert ("calls work" in said) is seen


def test_an_approver_reads_what_is_wrong_and_not_its_id() -> None:
    """The card says the cause in words, asks by a name that says what a press does, and forgets its limit."""
    offer = Offer(remedy=Remedy.ENABLE_API, cause="service-disabled", project_id="acme-vision")
    asked = replace(MADE, offer=offer, state=State.PENDING, approvals=())

    waiting, done = (
        str(repair_card.build(Words(), one)) for one in (asked, replace(asked, state=State.DONE))
    )

    assert "The Gemini API is switched off in acme-vision" in waiting
    assert "service-disabled" not in waiting
    assert "Over without a decision" in waiting
    assert "Over without a decision" not in done
    assert "Switch the API on" in str(why_fixes.question(Words(), offer))
