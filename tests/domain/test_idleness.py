"""An idle key is asked about once, and silence means what the policy said at the approval."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain import calendar, granting, idleness, key_request
from bot.domain.idle import Idleness
from bot.domain.usage import LAG
from bot.errors import Conflict
from tests.support.people import DAY, GRACE, HOUR, NOW, provisioning

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.key_request import KeyRequest

RULE = Idleness(after=10 * DAY, answer_within=3 * DAY)
BORN = NOW + 2 * HOUR
FIRST_LOOK = BORN + 10 * DAY + LAG


def live(rule: Idleness = RULE) -> KeyRequest:
    return granting.activate(provisioning(idle=rule), BORN)


def test_nobody_looks_before_the_key_could_have_been_idle_for_long_enough() -> None:
    """The first look comes when the whole time, and Google's lag, have passed since it worked."""
    assert idleness.due_at(live()) == FIRST_LOOK
    assert calendar.due_at(live()) == FIRST_LOOK
    assert not idleness.due(live(), FIRST_LOOK - HOUR)
    assert idleness.due(live(), FIRST_LOOK)


def test_a_key_without_the_rule_is_never_looked_at() -> None:
    """Policies of before have no such rule, and nothing changes for their keys."""
    assert idleness.due_at(granting.activate(provisioning(), BORN)) is None


def test_use_puts_the_next_look_off_and_answers_an_open_question() -> None:
    """Whoever calls the key has answered."""
    asked = idleness.ask(live(), FIRST_LOOK)
    used = idleness.used(asked, FIRST_LOOK + DAY)

    assert idleness.due_at(used) == FIRST_LOOK + 11 * DAY + LAG
    assert used.idle
    assert used.idle.asked_at is None


def test_the_question_comes_once() -> None:
    """A second worker, or the same one again, asks nothing."""
    asked = idleness.ask(live(), FIRST_LOOK)

    with pytest.raises(Conflict):
        idleness.ask(asked, FIRST_LOOK)
    assert calendar.due_at(asked) == FIRST_LOOK + 3 * DAY


@pytest.mark.parametrize("at", [BORN, FIRST_LOOK - HOUR])
def test_no_question_comes_too_early(at: datetime) -> None:
    """A wake-up before the time finds nothing to ask."""
    with pytest.raises(Conflict):
        idleness.ask(live(), at)


def test_silence_is_no_answer_before_its_time() -> None:
    """The holder has all the days that the policy gives."""
    asked = idleness.ask(live(), FIRST_LOOK)

    with pytest.raises(Conflict):
        idleness.check_silent(asked, FIRST_LOOK + 3 * DAY - HOUR)
    idleness.check_silent(asked, FIRST_LOOK + 3 * DAY)


def test_a_kept_key_is_left_alone_for_as_long_again() -> None:
    """Keep means keep; the next look comes after the same time."""
    kept = idleness.keep(idleness.ask(live(), FIRST_LOOK), FIRST_LOOK + DAY)

    assert idleness.due_at(kept) == FIRST_LOOK + 11 * DAY
    with pytest.raises(Conflict):
        idleness.keep(kept, FIRST_LOOK + DAY)


def test_not_to_know_is_no_evidence() -> None:
    """When Google does not say, the next look comes a day later and nobody is asked."""
    later = idleness.look_again(live(), FIRST_LOOK)

    assert idleness.due_at(later) == FIRST_LOOK + DAY
    assert later.idle
    assert later.idle.asked == 0


def test_an_answer_that_could_not_be_checked_waits() -> None:
    """When Google does not say at the end of the silence either, it is no answer until a day later."""
    asked = idleness.ask(live(), FIRST_LOOK)
    over = FIRST_LOOK + 3 * DAY

    later = idleness.look_again(asked, over)

    assert idleness.due_at(later) == over + DAY
    assert later.idle
    assert later.idle.asked_at == FIRST_LOOK
    with pytest.raises(Conflict):
        idleness.check_silent(later, over + HOUR)
    idleness.check_silent(later, over + DAY)


def test_a_key_that_is_brought_back_begins_anew() -> None:
    """What was asked before its end is not held against it afterwards."""
    asked = idleness.ask(live(), FIRST_LOOK)
    again = granting.activate(replace(asked, state=key_request.State.PROVISIONING), FIRST_LOOK + 5 * DAY)

    assert idleness.due_at(again) == FIRST_LOOK + 15 * DAY + LAG


def test_an_ending_key_is_not_asked_about() -> None:
    """Somebody has decided already."""
    ending = replace(live(), ending=key_request.Decision(by=GRACE, at=BORN))

    assert idleness.due_at(ending) is None
    with pytest.raises(Conflict):
        idleness.ask(ending, FIRST_LOOK)
