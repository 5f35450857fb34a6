"""What the card of a done fix claims: only what somebody has seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.decision import Decision
from bot.domain.repair import Offer, Remedy, Repair, State
from bot.languages.words import Words
from bot.operations.projects.trial import FINE, PAUSED
from handlers.surfaces import repair_card
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
