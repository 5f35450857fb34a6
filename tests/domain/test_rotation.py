from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import calendar, ending, granting, rotation
from bot.domain.failure import Failure
from bot.domain.key_request import KeyRequest, State
from bot.errors import Conflict
from tests.support.people import ADA, DAY, GRACE, HOUR, NOW, active

START = NOW + 2 * HOUR
FAILURE = Failure(cause="service-disabled", title="The API is off")


def live(**changes: object) -> KeyRequest:
    return replace(
        active(key_uid="first", secret_version="1", done=("create-secret", "mint-key")),
        **changes,  # type: ignore[arg-type]
    )


def turning(**changes: object) -> KeyRequest:
    return rotation.rotate(live(**changes), ADA, START, DAY)


def turned() -> KeyRequest:
    placed = replace(turning(), key_uid="second", secret_version="2")
    return rotation.turned(placed, START + HOUR)


def test_a_rotation_keeps_the_old_key_until_its_grace_is_over() -> None:
    """The old key is listed with its number, and looked at a grace after the new one is in place."""
    request = turned()

    assert (request.rotation, request.turn) == (2, None)
    (old,) = request.retiring
    assert (old.rotation, old.key_uid, old.secret_version) == (1, "first", "1")
    assert old.look_at == calendar.due_at(request) == START + HOUR + DAY


def test_there_are_never_more_than_two_keys() -> None:
    """Neither during a rotation nor while the old key lives can another rotation begin."""
    for request in (turning(), turned()):
        with pytest.raises(Conflict, match="GK-7F3K"):
            rotation.rotate(request, ADA, START + HOUR, DAY)


def test_a_rotation_that_fails_leaves_the_old_key_and_never_takes_its_number_again() -> None:
    """The record names the old key again; the next attempt counts on."""
    back = rotation.turn_back(turning(), FAILURE, START + HOUR)

    assert (back.rotation, back.key_uid, back.secret_version) == (1, "first", "1")
    assert (back.retiring, back.turn_failure) == ((), FAILURE)
    assert rotation.rotate(back, ADA, START + DAY, DAY).rotation == 3


def test_there_is_no_way_back_once_the_new_key_is_in_the_secret() -> None:
    """`latest` has moved: whoever reads it must not find a key that was taken away."""
    with pytest.raises(Conflict):
        rotation.turn_back(replace(turning(), secret_version="2"), FAILURE, START + HOUR)


def test_a_key_rotated_by_the_clock_is_due_when_its_time_has_come() -> None:
    """The time is in the record, moves on with each rotation, and by a day when one fails."""
    month = 30 * DAY
    begun = granting.activate(
        replace(live(), state=State.PROVISIONING, rotate_every=DAY, expires_at=NOW + month), START
    )
    assert calendar.due_at(begun) == START + DAY

    going = rotation.rotate(begun, ADA, START + DAY, HOUR)
    failed = rotation.turn_back(going, FAILURE, START + DAY)
    done = rotation.turned(replace(going, secret_version="2"), START + DAY + HOUR)

    assert failed.rotate_at == START + 2 * DAY
    assert done.rotate_at == START + 2 * DAY + HOUR


def test_a_leak_lets_no_key_live_and_keeps_the_approval() -> None:
    """Every key goes at once, also one in its grace; secret, grants and end stay as they are."""
    request = rotation.replace_key(turned(), GRACE, START + DAY, "seen in a public repository", leaked=True)

    assert (request.state, request.rotation) == (State.APPROVED, 3)
    assert [(old.rotation, old.forced) for old in request.retiring] == [(1, True), (2, True)]
    assert (request.done, request.expires_at) == (("create-secret",), turned().expires_at)
    assert request.leak is not None
    assert request.leak.by == GRACE


def test_a_leak_during_a_rotation_goes_on_with_the_key_that_is_being_made() -> None:
    """The new key is not the leaked one: only the old one goes at once."""
    request = rotation.replace_key(turning(), ADA, START + HOUR)

    assert (request.rotation, request.state, request.turn) == (2, State.APPROVED, None)
    assert [(old.rotation, old.forced) for old in request.retiring] == [(1, True)]


def test_a_leak_after_the_new_key_was_stored_spares_neither() -> None:
    """Whoever could read the secret has the new key too: both go, and a third is made."""
    placed = replace(turning(), key_uid="second", secret_version="2")
    request = rotation.replace_key(placed, GRACE, START + HOUR, leaked=True)

    assert (request.rotation, request.key_uid, request.turn) == (3, "", None)
    gone = [(old.rotation, old.secret_version, old.forced) for old in request.retiring]
    assert gone == [(1, "1", True), (2, "2", True)]


def test_whoever_revokes_during_a_rotation_can_have_the_old_key_back() -> None:
    """Until the new key is in the secret, the old one is the request's key."""
    going = ending.start_ending(turning(), ADA, START + HOUR)

    assert (going.rotation, going.key_uid, going.secret_version) == (1, "first", "1")
    assert going.newest_rotation == 2
    assert ending.cut_short(going)
    assert not ending.cut_short(ending.start_ending(turned(), ADA, START + HOUR))


def test_the_owner_can_give_an_old_key_more_time_but_never_more_than_the_request_has() -> None:
    """A week, or until the key's own end; a key that is going already is not stopped."""
    at = START + 2 * DAY
    used = rotation.still_used(turned(), 1, 47, at + HOUR)

    (longer,) = rotation.keep_longer(used, at).retiring
    assert (longer.look_at, longer.still_used, longer.calls) == (at + 7 * DAY, False, None)
    ends = used.expires_at
    assert ends is not None
    (last,) = rotation.keep_longer(used, ends - DAY).retiring
    assert last.look_at == ends
    with pytest.raises(Conflict, match="being deleted"):
        rotation.keep_longer(rotation.retire_anyway(used, at), at)
