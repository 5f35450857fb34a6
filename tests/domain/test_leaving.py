"""Leaving: what may be closed, stopped and handed over, and what may not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import calendar, deciding, leaving
from bot.domain.key_request import State
from bot.domain.person import service
from bot.errors import Conflict
from tests.support.people import ADA, ALAN, GRACE, HOUR, NOW, TEAM, active, approved, in_state, pending

LATER = NOW + 3 * HOUR
HELD = replace(active(), secret_version="1")


def test_an_undecided_request_is_closed_by_the_bot() -> None:
    """It says who closed it and why, and nobody can decide it any more."""
    closed = leaving.close(pending(), service(TEAM), LATER)

    assert closed.state is State.WITHDRAWN
    assert closed.closed is not None
    assert closed.closed.reason == leaving.LEFT
    with pytest.raises(Conflict):
        deciding.approve(closed, GRACE, LATER)


def test_work_under_way_is_overtaken() -> None:
    """Whoever makes the key is no longer the newest run, and the next one undoes."""
    stopped = leaving.stop(approved(), LATER)

    assert stopped.run == approved().run + 1
    assert stopped.failure is not None
    assert calendar.due_at(stopped) == LATER


def test_a_key_is_handed_over_with_its_end() -> None:
    """The new owner has the same key until the same time; the old one is bound until the worker was there."""
    handed = leaving.hand_over(HELD, ALAN)

    assert (handed.requester, handed.left, handed.expires_at) == (ALAN, (ADA,), HELD.expires_at)
    assert calendar.due_at(handed) == HELD.requested_at  # at once
    assert leaving.handed_over(handed, handed.left).left == ()


def test_a_key_goes_round_before_the_worker_comes() -> None:
    """Two changes of hands in a row leave both former owners to be shut out; to oneself is nothing."""
    twice = leaving.hand_over(leaving.hand_over(HELD, ALAN), ADA)

    assert twice.left == (ADA, ALAN)
    assert leaving.hand_over(HELD, ADA) == HELD


@pytest.mark.parametrize("state", set(State) - {State.ACTIVE}, ids=str)
def test_only_a_live_key_changes_hands(state: State) -> None:
    """There is nothing to hand over before there is a key, or after it."""
    with pytest.raises(Conflict):
        leaving.hand_over(in_state(state), GRACE)
