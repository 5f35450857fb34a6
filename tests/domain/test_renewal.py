from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import calendar, ending, renewal
from bot.domain.failure import Failure
from bot.domain.key_request import KeyRequest, RenewalState
from bot.domain.person import service
from bot.errors import Conflict
from tests.support.people import ADA, ALAN, DAY, GRACE, HOUR, NOW, TEAM, active

END = active().expires_at
assert END is not None
LATE = END - DAY


def asked(needed: int = 1, **changes: object) -> KeyRequest:
    return renewal.ask(
        replace(active(), **changes),  # type: ignore[arg-type]
        ADA,
        LATE,
        lifetime=30 * DAY,
        lapses_at=LATE + 8 * HOUR,
        approvals_needed=needed,
    )


def test_the_clock_of_a_renewal_runs_from_its_approval() -> None:
    """An approval gives the whole new lifetime; the end in the record moves when Google has it."""
    granted = renewal.approve(asked(), GRACE, LATE + 5 * HOUR)
    new_end = LATE + 5 * HOUR + 30 * DAY

    assert granted.expires_at == END
    assert granted.renewal is not None
    assert granted.renewal.expires_at == new_end
    assert not calendar.over(granted, END + HOUR)

    done = renewal.renewed(granted)
    assert done.expires_at == calendar.due_at(done) + 7 * DAY == new_end  # type: ignore[operator]


def test_a_renewal_approved_in_the_last_moment_keeps_the_key() -> None:
    """A worker saw the time over; the yes came before it wrote that, so the end does not begin."""
    wish = renewal.ask(active(), ADA, LATE, lifetime=30 * DAY, lapses_at=END + DAY, approvals_needed=1)
    approved = renewal.approve(wish, GRACE, END)

    with pytest.raises(Conflict, match="is not over yet"):
        ending.expire(approved, service(TEAM), END)
    assert ending.expire(wish, service(TEAM), END).ending


def test_the_warnings_begin_anew_after_a_renewal() -> None:
    """Whoever renewed is warned again before the new end, also who had first let it expire."""
    silent = renewal.let_expire(active())
    done = renewal.renewed(renewal.approve(asked(let_expire=True, warned=3), GRACE, LATE))

    assert (silent.let_expire, calendar.due_at(silent)) == (True, END)
    assert (done.warned, done.let_expire) == (0, False)


def test_a_renewal_never_shortens_a_life() -> None:
    """A time that would end sooner than the key does anyway is refused with a sentence."""
    with pytest.raises(Conflict, match="would not live longer"):
        renewal.ask(active(), ADA, NOW + 2 * HOUR, lifetime=7 * DAY, lapses_at=NOW + DAY, approvals_needed=1)


def test_two_approvals_of_a_renewal_come_from_two_people() -> None:
    """As for a request: the first of two leaves it undecided."""
    once = renewal.approve(asked(needed=2), GRACE, LATE)
    assert once.renewal is not None
    assert once.renewal.state is RenewalState.PENDING

    with pytest.raises(Conflict, match="already approved"):
        renewal.approve(once, GRACE, LATE)
    twice = renewal.approve(once, ALAN, LATE).renewal
    assert twice is not None
    assert twice.state is RenewalState.APPROVED


def test_a_renewal_is_decided_once() -> None:
    """Whoever comes second is told who decided; after its time nobody decides."""
    denied = renewal.deny(asked(), GRACE, LATE, "no")
    with pytest.raises(Conflict, match="Grace Hopper has already denied the renewal of GK-7F3K"):
        renewal.approve(denied, ALAN, LATE)
    with pytest.raises(Conflict, match="lapsed"):
        renewal.approve(asked(), ALAN, LATE + 9 * HOUR)
    with pytest.raises(Conflict, match="being renewed already"):
        renewal.check_renewable(asked())


def test_where_no_approval_is_needed_a_renewal_is_approved_at_once() -> None:
    """The policy decides, and the worker is due at once."""
    granted = asked(needed=0, warned=3)

    assert granted.renewal is not None
    assert granted.renewal.state is RenewalState.APPROVED
    assert calendar.due_at(granted) == LATE


def test_a_renewal_that_could_not_be_carried_out_leaves_the_old_end() -> None:
    """The key ends when it would have ended."""
    failed = renewal.fail(renewal.approve(asked(), GRACE, LATE), Failure(cause="", title="No"))

    assert failed.expires_at == END
    assert calendar.over(failed, END)
