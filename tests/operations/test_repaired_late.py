"""`reconcile --apply` may wait an hour for its turn: what was settled meanwhile is left alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.key_request import State
from bot.operations.differences import Kind
from bot.operations.reconcile import Reconciler
from tests.operations.test_found_again import found
from tests.support.fuse import Fuse
from tests.support.ledger import Ledger
from tests.support.people import DAY, NOW
from tests.support.world import World

if TYPE_CHECKING:
    from bot.domain.holding import Holdings
    from bot.domain.key_request import KeyRequest


@dataclass
class LateGoogle:
    """A Google whose turns come late: meanwhile the record becomes `then`."""

    world: World
    then: KeyRequest

    async def holdings(self, project_id: str) -> Holdings:
        return found(self.world)

    async def turn_to_delete_key(self) -> None:
        self.world.put(self.then)

    async def delete_key(self, project_id: str, key_id: str, owner: str) -> None:
        self.world.google.keys[key_id].deleted = True


async def after(then: State) -> tuple[bool, World]:
    """Find the key of a revoked request, and repair it while the record becomes something else."""
    world = World()
    living = await world.attend()
    world.put(replace(living, state=State.REVOKED, undo_until=NOW + 10 * DAY))
    google = LateGoogle(world, replace(world.request, state=then))
    ledger = Ledger(world.book, Fuse())
    reconciler = Reconciler(ledger, google, lambda: NOW + DAY, timedelta())  # type: ignore[arg-type]
    differences = await reconciler.differences([living.project_id])
    (orphan,) = (d for d in differences if d.kind is Kind.ORPHAN_KEY)
    return await reconciler.repair(orphan), world


async def test_a_key_brought_back_while_its_delete_was_waiting_lives() -> None:
    """An approver pressed Undo: the comparison is held against the record again, and nothing is deleted."""
    repaired, world = await after(State.ACTIVE)

    assert not repaired
    world.check_key_works()


async def test_a_key_that_still_belongs_to_nobody_goes() -> None:
    """Nothing has changed meanwhile, so the repair is made."""
    repaired, world = await after(State.REVOKED)

    assert repaired
    assert world.google.live_keys == {}
