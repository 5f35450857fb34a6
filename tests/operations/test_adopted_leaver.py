"""The owner of an adopted key leaves while its successor is being made."""

from __future__ import annotations

from functools import partial

import pytest

from bot.domain import leaving, names
from tests.support.adopting import OLD, OTHERS, adopted, beside, moving
from tests.support.fuse import Fuse, Killed
from tests.support.moments import points_of
from tests.support.people import RADIA
from tests.support.roads import move, settle


@pytest.mark.parametrize("moment", range(len(points_of(moving))))
async def test_the_new_owner_alone_may_read_the_successor(moment: int) -> None:
    """Wherever the worker died that made it: the next one finishes for who owns the key by then."""
    world = await moving()
    with pytest.raises(Killed):
        await world.attend(Fuse(blow_at=moment))
    move(world, partial(leaving.hand_over, to=RADIA))

    await world.attend()
    await settle(world)

    assert world.request.requester == RADIA
    beside(world)


async def test_a_key_that_has_become_anothers_is_not_handed_on() -> None:
    """Its marks stay, and the record says what is in the way instead of being tried without a word."""
    world = await adopted()
    anothers = {**OTHERS, names.OWNER: "T0ACME/GK-OTHER"}
    world.google.keys[OLD].annotations = dict(anothers)
    move(world, partial(leaving.hand_over, to=RADIA))

    await world.attend()

    assert world.google.keys[OLD].annotations == anothers
    assert world.request.handover_failure is not None
    assert "already belongs to GK-OTHER" in str(world.request.handover_failure)
