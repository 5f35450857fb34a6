"""Redis is lost: what stands on an adopted key is enough to find its owner, end and successor again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain import names
from bot.domain.holding import HeldKey, HeldSecret, Holdings
from bot.domain.key_request import Retiring, State
from bot.operations.differences import Kind, compare
from bot.provisioning.plan import ADOPTION, STEP_NAMES, taken_names
from tests.support.adopting import OLD, adopted, moved
from tests.support.people import DAY, NOW

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from tests.support.world import World


def found(world: World) -> Holdings:
    """Read what of this world `reconcile` would read."""
    project_id = world.request.project_id
    return Holdings(
        project_id=project_id,
        project_number="100000000001",
        keys=[
            HeldKey(
                project_id=project_id,
                key_id=key_id,
                uid=f"uid-{key_id}",
                created_at=NOW - (400 * DAY if key_id == OLD else DAY),
                annotations=key.annotations,
            )
            for key_id, key in world.google.live_keys.items()
        ],
        secrets=[
            HeldSecret(
                project_id=project_id,
                secret_id=secret_id,
                created_at=NOW - DAY,
                annotations=secret.annotations,
                members=frozenset(secret.grants),
                versions=tuple(sorted(secret.versions, key=int)),
            )
            for secret_id, secret in world.google.secrets.items()
        ],
    )


async def test_an_adopted_key_gets_its_record_back() -> None:
    """Owner, end and approval come from the key itself; there is no secret, and none is missed."""
    world = await adopted()

    (lost,) = compare(found(world), {}, NOW)

    record, before = lost.record, world.request
    assert (lost.kind, lost.name, lost.repairable) == (Kind.LOST_RECORD, OLD, True)
    assert record is not None
    assert record.in_place
    assert (record.requester.account, record.expires_at) == (before.requester.account, before.expires_at)
    assert (names.key_id(record), record.key_uid) == (OLD, before.key_uid)
    assert taken_names(record) == ADOPTION


async def test_both_keys_of_a_move_come_back() -> None:
    """The new one is the grant; the old one is looked at again, and no orphan to be deleted at once."""
    world = await moved()

    (lost,) = compare(found(world), {}, NOW)

    record = lost.record
    assert record is not None
    assert (record.rotation, record.secret_version) == (1, world.request.secret_version)
    (old,) = record.retiring
    assert (old.rotation, names.key_id_of(record, 0)) == (0, OLD)
    assert old.look_at is not None
    assert set(taken_names(record)) == {*ADOPTION, *STEP_NAMES}


async def test_what_is_in_order_is_no_difference() -> None:
    """Neither the missing secret of an adopted key nor the old key of a move is one."""
    for world in (await adopted(), await moved()):
        assert compare(found(world), {names.owner(world.request): world.request}, NOW) == []


@pytest.mark.parametrize(
    ("state", "kind"),
    [(State.FAILED, Kind.STRAY_MARK), (State.LAPSED, Kind.STRAY_MARK), (State.EXPIRED, Kind.ORPHAN_KEY)],
)
async def test_only_an_ended_grant_takes_the_key_with_it(state: State, kind: Kind) -> None:
    """A claim that came to nothing leaves a mark, which is taken off: the key is its people's, and lives."""
    world = await adopted()
    world.put(_in(world, state))

    (stray,) = compare(found(world), {names.owner(world.request): world.request}, NOW)

    assert (stray.kind, stray.name, stray.repairable) == (kind, OLD, True)


async def test_a_mark_that_tells_too_little_deletes_nothing() -> None:
    """A key made by others, with a record that cannot be rebuilt, is let go."""
    world = await adopted()
    del world.google.keys[OLD].annotations["gemini-key-bot-expires"]

    (stray,) = compare(found(world), {}, NOW)

    assert stray.kind is Kind.STRAY_MARK


def _in(world: World, state: State) -> KeyRequest:
    return replace(world.request, state=state)


async def test_a_predecessor_is_not_called_unused_before_its_time() -> None:
    """What comes back is as careful as what was lost: a whole grace after the new key was made."""
    world = await moved()

    (lost,) = compare(found(world), {}, NOW)

    assert lost.record is not None
    assert lost.record.retiring == (
        Retiring(rotation=0, key_uid=f"uid-{OLD}", secret_version="", since=NOW - DAY, look_at=NOW),
    )
