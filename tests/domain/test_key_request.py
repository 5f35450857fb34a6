"""A request's life: which moves are legal from where, and what each leaves in the record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import calendar, deciding, ending, granting, key_request, renewal, rotation
from bot.domain.failure import Failure
from bot.domain.key_request import FINISHED, KeyRequest, State
from bot.domain.person import service
from bot.errors import Conflict
from tests.support.people import (
    ADA,
    ALAN,
    DAY,
    GRACE,
    HOUR,
    NOW,
    RADIA,
    TEAM,
    active,
    approved,
    in_state,
    pending,
)
from tests.support.people import provisioning as being_made

LATER = NOW + 100 * DAY
FAILURE = Failure(cause="service-disabled", title="The API is off")

Move = Callable[[KeyRequest], KeyRequest]
MOVES: dict[str, Move] = {
    "approve": lambda r: deciding.approve(r, GRACE, NOW + HOUR),
    "deny": lambda r: deciding.deny(r, GRACE, LATER, "no"),
    "withdraw": lambda r: deciding.withdraw(r, ADA, LATER),
    "lapse": lambda r: deciding.lapse(r, LATER),
    "escalate": lambda r: deciding.escalate(replace(r, escalates_at=(NOW,)), LATER),
    "take_up": lambda r: granting.take_up(r, LATER),
    "activate": granting.activate,
    "abandon": lambda r: granting.abandon(r, FAILURE),
    "fail": lambda r: granting.fail(replace(r, failure=FAILURE), LATER),
    "fail_unclean": lambda r: granting.fail_unclean(replace(r, failure=FAILURE), LATER),
    "take_up_cleaning": lambda r: granting.take_up_cleaning(replace(r, cleaning=True), LATER),
    "resume": lambda r: granting.resume(r, LATER),
    "start_ending": lambda r: ending.start_ending(r, GRACE, LATER),
    "take_up_ending": lambda r: ending.take_up_ending(
        replace(r, ending=key_request.Decision(by=GRACE, at=NOW)), LATER
    ),
    "end": lambda r: ending.end(replace(r, ending=key_request.Decision(by=GRACE, at=NOW))),
    "undo": lambda r: ending.undo(r, ADA, NOW + 3 * HOUR),
    "take_up_burying": lambda r: ending.take_up_burying(r, LATER),
    "bury": ending.bury,
    "rotate": lambda r: rotation.rotate(r, ADA, LATER, DAY),
    "replace_key": lambda r: rotation.replace_key(r, ADA, LATER),
    "renew": lambda r: renewal.ask(
        r, ADA, LATER, lifetime=30 * DAY, lapses_at=LATER + HOUR, approvals_needed=1
    ),
    "let_expire": renewal.let_expire,
}
LEGAL = {
    ("approve", State.PENDING): State.APPROVED,
    ("deny", State.PENDING): State.DENIED,
    ("withdraw", State.PENDING): State.WITHDRAWN,
    ("lapse", State.PENDING): State.LAPSED,
    ("escalate", State.PENDING): State.PENDING,
    ("take_up", State.APPROVED): State.PROVISIONING,
    ("take_up", State.PROVISIONING): State.PROVISIONING,
    ("activate", State.PROVISIONING): State.ACTIVE,
    ("abandon", State.PROVISIONING): State.PROVISIONING,
    ("lapse", State.FAILED): State.LAPSED,
    ("fail", State.PROVISIONING): State.FAILED,
    ("fail", State.FAILED): State.FAILED,
    ("fail_unclean", State.PROVISIONING): State.FAILED,
    ("fail_unclean", State.FAILED): State.FAILED,
    ("take_up_cleaning", State.FAILED): State.FAILED,
    ("resume", State.FAILED): State.APPROVED,
    ("start_ending", State.ACTIVE): State.ACTIVE,
    ("take_up_ending", State.ACTIVE): State.ACTIVE,
    ("end", State.ACTIVE): State.REVOKED,
    ("undo", State.REVOKED): State.APPROVED,
    ("take_up_burying", State.REVOKED): State.REVOKED,
    ("bury", State.REVOKED): State.REVOKED,
    ("rotate", State.ACTIVE): State.ACTIVE,
    ("replace_key", State.ACTIVE): State.APPROVED,
    ("renew", State.ACTIVE): State.ACTIVE,
    ("let_expire", State.ACTIVE): State.ACTIVE,
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", MOVES)
def test_the_table_of_moves(move: str, state: State) -> None:
    """Of all moves from all states exactly the listed ones are legal; the rest say why not."""
    request = in_state(state)
    assert request.state is state

    if (move, state) in LEGAL:
        assert MOVES[move](request).state is LEGAL[move, state]
    else:
        with pytest.raises(Conflict) as refusal:
            MOVES[move](request)
        assert request.id in str(refusal.value)
        assert "{" not in str(refusal.value)


def test_approval_starts_the_clock() -> None:
    """The key's time runs from the approval, and work is due at once."""
    request = deciding.approve(pending(), GRACE, NOW + HOUR)

    assert request.expires_at == NOW + HOUR + timedelta(days=30)
    assert request.next_run_at == calendar.due_at(request) == NOW + HOUR
    assert request.approved_by == GRACE


def test_two_approvals_come_from_two_people() -> None:
    """One of two approvals leaves it pending, the same person again is refused, another one completes it."""
    once = deciding.approve(pending(approvals_needed=2), GRACE, NOW)
    assert (once.state, once.approved_by, once.expires_at) == (State.PENDING, None, None)

    with pytest.raises(Conflict, match="already approved GK-7F3K"):
        deciding.approve(once, GRACE, NOW)

    twice = deciding.approve(once, ALAN, NOW + HOUR)
    assert (twice.state, twice.approved_by) == (State.APPROVED, ALAN)
    assert [approval.by for approval in twice.approvals] == [GRACE, ALAN]


def test_an_approver_of_the_same_id_elsewhere_is_somebody_else() -> None:
    """A user id means a person only inside its workspace."""
    once = deciding.approve(pending(approvals_needed=2), GRACE, NOW)

    stranger = replace(GRACE, team_id="T0OTHER")

    assert deciding.approve(once, stranger, NOW).state is State.APPROVED


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (State.APPROVED, "Grace Hopper has already approved GK-7F3K."),
        (State.ACTIVE, "Grace Hopper has already approved GK-7F3K."),
        (State.REVOKED, "Grace Hopper has already approved GK-7F3K."),
        (State.DENIED, "Grace Hopper has already denied GK-7F3K."),
        (State.WITHDRAWN, "Ada Lovelace has withdrawn GK-7F3K."),
        (State.LAPSED, "GK-7F3K has lapsed: nobody decided in time."),
    ],
)
def test_who_comes_late_hears_who_decided(state: State, sentence: str) -> None:
    """The loser of a race is told the outcome by name."""
    with pytest.raises(Conflict) as refusal:
        deciding.approve(in_state(state), ALAN, LATER)

    assert str(refusal.value) == sentence


def test_only_the_requester_withdraws() -> None:
    """Not even an approver takes somebody's request back, nor a namesake in another workspace."""
    for other in (GRACE, replace(ADA, team_id="T0OTHER")):
        with pytest.raises(Conflict, match="Only the person who asked"):
            deciding.withdraw(pending(), other, NOW)


def test_nothing_lapses_early() -> None:
    """A request is over at its time and not a second before."""
    with pytest.raises(Conflict, match="not over yet"):
        deciding.lapse(pending(), pending().lapses_at - timedelta(seconds=1))

    assert deciding.lapse(pending(), pending().lapses_at).state is State.LAPSED


def test_taking_up_counts_runs() -> None:
    """Each worker that takes a request up gets a number of its own."""
    first = granting.take_up(approved(), LATER)
    second = granting.take_up(first, LATER)

    assert (approved().run, first.run, second.run) == (0, 1, 2)
    assert calendar.due_at(second) == LATER


def test_a_step_is_ticked_once() -> None:
    """A step that is done again stands in the list once, where it was."""
    request = granting.tick(granting.tick(being_made(), "a"), "b")

    assert granting.tick(request, "a").done == ("a", "b")


def test_putting_off_counts_and_waits() -> None:
    """A run that could not finish is counted, and due again when told."""
    request = granting.put_off(granting.put_off(being_made(), LATER), LATER + HOUR)

    assert (request.failed_runs, calendar.due_at(request)) == (2, LATER + HOUR)
    assert granting.activate(request).failed_runs == 0


def test_failing_needs_a_reason() -> None:
    """Nobody is told "it failed" without why."""
    with pytest.raises(Conflict):
        granting.fail(being_made(), LATER)


def test_trying_again_starts_afresh_under_the_same_approval() -> None:
    """A resumed request is due at once, its clock starts anew, and its rotation stays so no id is reused."""
    failed = replace(in_state(State.FAILED), rotation=2)
    request = granting.resume(failed, LATER)

    assert (request.state, calendar.due_at(request), request.failure) == (State.APPROVED, LATER, None)
    assert request.expires_at == LATER + request.lifetime
    assert (request.done, request.rotation, request.approvals) == ((), 2, failed.approvals)


def test_the_first_reason_to_end_counts() -> None:
    """Whoever wants a key gone a second time changes nothing."""
    going = ending.start_ending(active(), GRACE, NOW + 2 * HOUR, "leaked")

    assert ending.start_ending(going, ALAN, LATER, "other") == going
    assert calendar.due_at(going) == NOW + 2 * HOUR


def test_a_key_that_ran_out_is_expired_and_any_other_is_revoked() -> None:
    """The word for the end depends on whether the time was over when somebody wanted it gone."""
    over = active().expires_at
    assert over is not None
    last = over - timedelta(seconds=1)

    expired = ending.end(ending.start_ending(active(), service(TEAM), over))
    revoked = ending.end(ending.start_ending(active(), GRACE, last, "leaked"))

    assert (expired.state, revoked.state) == (State.EXPIRED, State.REVOKED)
    assert revoked.closed is not None
    assert (revoked.closed.by, revoked.closed.reason) == (GRACE, "leaked")


@pytest.mark.parametrize("state", State)
def test_what_is_finished_is_never_due_and_the_rest_is(state: State) -> None:
    """Whatever can still happen has a due time; a failed request waits for a person, but not for ever.

    A revoked key is due when nobody can bring it back any more, because its secret goes then.
    """
    request = in_state(state)

    assert request.finished == (state in FINISHED)
    assert (calendar.due_at(request) is None) == (state in FINISHED and request.undo_until is None)
    assert (request.undo_until is not None) == (state is State.REVOKED)


def test_a_late_approval_is_refused_although_nobody_has_closed_the_request_yet() -> None:
    """The time to decide ends by the clock, not by a job that may be late."""
    with pytest.raises(Conflict, match="nobody decided in time"):
        deciding.approve(pending(), GRACE, pending().lapses_at)


def test_who_closed_it_is_named_even_after_a_first_approval() -> None:
    """One of two approvals is no approval: the one who denied is named, not the one who approved."""
    denied = deciding.deny(deciding.approve(pending(approvals_needed=2), GRACE, NOW), ALAN, NOW, "no")

    assert denied.approved_by is None
    with pytest.raises(Conflict, match="Alan Turing has already denied GK-7F3K"):
        deciding.approve(denied, RADIA, NOW)


def test_a_failed_request_that_is_not_clean_yet_waits_with_everything_else() -> None:
    """While something is still being taken away it can neither lapse nor be tried again."""
    unclean = granting.fail_unclean(granting.abandon(being_made(), FAILURE), NOW)

    for move in (lambda: deciding.lapse(unclean, LATER), lambda: granting.resume(unclean, LATER)):
        with pytest.raises(Conflict):
            move()


def test_what_failed_shows_no_key() -> None:
    """A failed request has neither a key nor a version to point at."""
    stored = replace(being_made(), key_uid="u", secret_version="1", failure=FAILURE)

    failed = granting.fail(stored, LATER)

    assert (failed.key_uid, failed.secret_version, failed.done) == ("", "", ())


def test_a_key_that_lived_before_keeps_its_end_when_it_is_tried_again() -> None:
    """A replacement or an undo that failed is no new lifetime; and nothing is made when the end is past."""
    lived = granting.activate(being_made(), NOW + 2 * HOUR)
    leaked = rotation.replace_key(lived, GRACE, NOW + DAY, leaked=True)
    abandoned = granting.abandon(granting.take_up(leaked, NOW + 2 * DAY), FAILURE)
    failed = granting.fail(abandoned, NOW + 8 * DAY)
    ends = lived.expires_at
    assert ends is not None

    assert granting.resume(failed, NOW + 3 * DAY).expires_at == ends
    with pytest.raises(Conflict, match="over"):
        granting.resume(failed, ends)
