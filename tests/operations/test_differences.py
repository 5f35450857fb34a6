"""What is read back from Google when a record is lost in the midst of a rotation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import names
from bot.domain.holding import HeldKey, HeldSecret, Holdings
from bot.domain.key_request import KeyRequest, Retiring
from bot.operations.differences import Difference, Kind, compare, of_workspace
from tests.support.people import DAY, HOUR, NOW, TEAM, active

REQUEST = active()
MADE, OLD = NOW - 2 * DAY, NOW - HOUR


def held(*made: tuple[int, object], versions: int) -> Holdings:
    """Have these keys, as (rotation, age), and so many versions of the secret."""
    notes = names.annotations_for(REQUEST)
    project = REQUEST.project_id
    keys = [
        HeldKey(
            project_id=project,
            key_id=names.key_id_of(REQUEST, rotation),
            uid=f"uid-{rotation}",
            created_at=NOW - age,  # type: ignore[operator]
            annotations=notes,
        )
        for rotation, age in made
    ]
    secret = HeldSecret(
        project_id=project,
        secret_id=names.secret_id(REQUEST),
        created_at=MADE,
        annotations=notes,
        versions=tuple(str(number + 1) for number in range(versions)),
    )
    return Holdings(project_id=project, project_number="1", keys=keys, secrets=[secret])


def lost(found: list[Difference]) -> KeyRequest:
    """Read the record of the first difference."""
    assert found[0].kind is Kind.LOST_RECORD
    assert found[0].record is not None
    return found[0].record


def test_both_keys_of_an_overlap_come_back() -> None:
    """The new key is the key, the old one has its grace: none is deleted."""
    found = compare(held((2, 3 * HOUR), (1, 2 * DAY), versions=2), {}, OLD)

    record, made = lost(found), NOW - 3 * HOUR
    assert len(found) == 1
    assert (record.rotation, record.key_uid, record.secret_version) == (2, "uid-2", "2")
    assert record.retiring == (
        Retiring(rotation=1, key_uid="uid-1", secret_version="1", since=made, look_at=made + DAY),
    )


@pytest.mark.parametrize(("age", "young"), [(2 * HOUR, False), (HOUR / 2, True)])
def test_a_key_whose_text_was_not_stored_does_not_take_the_place_of_the_one_that_is(
    age: object, *, young: bool
) -> None:
    """The older key is the one that people use; the other is an orphan whose number is not used again."""
    found = compare(held((1, 2 * DAY), (2, age), versions=1), {}, OLD)

    record, orphan = lost(found), found[1]
    assert (record.rotation, record.newest_rotation, record.secret_version) == (1, 2, "1")
    assert (orphan.kind, orphan.young) == (Kind.ORPHAN_KEY, young)
    assert orphan.name == names.key_id_of(REQUEST, 2)


def test_a_version_without_its_key_is_not_taken_for_another_keys() -> None:
    """The old key went before its version: what is left is the newest of both."""
    record = lost(compare(held((2, 3 * HOUR), versions=2), {}, OLD))

    assert (record.rotation, record.secret_version, record.retiring) == (2, "2", ())


def test_a_record_that_is_there_keeps_both() -> None:
    """Nothing has come apart while the overlap stands in the record."""
    old = Retiring(rotation=1, key_uid="uid-1", secret_version="1")
    record = replace(REQUEST, rotation=2, retiring=(old,), project_number="1")
    kinds = {
        d.kind for d in compare(held((2, DAY), (1, 2 * DAY), versions=2), {names.owner(REQUEST): record}, OLD)
    }

    assert not kinds & {Kind.ORPHAN_KEY, Kind.KEY_GONE, Kind.LOST_RECORD}


@pytest.mark.parametrize(("workspace", "kind"), [(TEAM, Kind.LOST_RECORD), ("", Kind.LOST_RECORD)])
def test_a_record_comes_back_in_the_workspace_whose_project_it_is(workspace: str, kind: Kind) -> None:
    """Its own workspace, or any where one policy is for all."""
    (found,) = of_workspace(workspace, compare(held((1, DAY), versions=1), {}, OLD))

    assert (found.kind, found.repairable) == (kind, True)


def test_marks_in_one_workspaces_project_write_nothing_into_another() -> None:
    """Who may mark keys in a project could invent requests for people elsewhere: people look at it."""
    (found,) = of_workspace("T0BETA", compare(held((1, DAY), versions=1), {}, OLD))

    assert (found.kind, found.repairable) == (Kind.ELSEWHERE, False)
