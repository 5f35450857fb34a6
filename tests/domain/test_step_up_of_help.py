"""Fixes and set-ups of a stepped-up environment: enough yeses are not enough without one of its group."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import repair, setup
from bot.domain.repair import Offer, Remedy, Repair
from bot.domain.setup import Check, Help, Setup
from bot.errors import Conflict
from tests.support.people import ADA, ALAN, GRACE, HOUR, NOW, RADIA

SETUP = Setup(
    id="SET-7F3K",
    requester=ADA,
    project_id="acme-ml-prod",
    requested_at=NOW,
    approvals_needed=2,
    step_up=True,
    state=setup.State.WAITING,
    checks=(Check(step="apis", mark="problem", help=Help.ENABLE_APIS),),
)
REPAIR = Repair(
    id="FIX-7F3K",
    requester=ADA,
    offer=Offer(remedy=Remedy.ENABLE_API, cause="service-disabled", project_id="acme-ml-prod"),
    requested_at=NOW,
    lapses_at=NOW + HOUR,
    approvals_needed=2,
    step_up=True,
)


def test_two_ordinary_presses_do_not_help() -> None:
    """The second one is refused and not counted, so that one of the group may still press."""
    once = setup.press(SETUP, Help.ENABLE_APIS, GRACE, NOW)
    with pytest.raises(Conflict, match="step-up group"):
        setup.press(once, Help.ENABLE_APIS, ALAN, NOW)

    helped = setup.press(once, Help.ENABLE_APIS, RADIA, NOW, step_up=True)

    assert (helped.state, helped.helping, helped.next_run_at) == (setup.State.LOOKING, Help.ENABLE_APIS, NOW)


def test_the_groups_press_counts_in_any_order() -> None:
    """Who is of the group may be first, the next one completes it, and nothing is left for the next help."""
    first = setup.press(SETUP, Help.ENABLE_APIS, RADIA, NOW, step_up=True)
    assert first.state is setup.State.WAITING

    helped = setup.press(first, Help.ENABLE_APIS, GRACE, NOW)

    assert helped.helping is Help.ENABLE_APIS
    assert helped.stepped_up == ()


def test_two_ordinary_yeses_do_not_fix() -> None:
    """A fix in a stepped-up environment waits for its group, as a key does."""
    once = repair.approve(REPAIR, GRACE, NOW)
    with pytest.raises(Conflict, match="step-up group"):
        repair.approve(once, ALAN, NOW)

    assert repair.approve(once, RADIA, NOW, step_up=True).state is repair.State.APPROVED


def test_without_a_step_up_any_two_will_do() -> None:
    """Only where the policy demands it."""
    once = repair.approve(replace(REPAIR, step_up=False), GRACE, NOW)

    assert repair.approve(once, ALAN, NOW).state is repair.State.APPROVED
