"""Go on with a new project that failed half-way, at the press of its asker or of an approver."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import repair, rules
from bot.domain.audit import Event
from bot.operations.fixes.fix import decider_ids
from bot.operations.fixes.still_allowed import check_still_allowed

if TYPE_CHECKING:
    from bot.domain.person import Person
    from bot.domain.repair import Repair
    from bot.operations.fixes.fix import Bench


async def again(bench: Bench, team_id: str, repair_id: str, by: Person) -> Repair:
    """Set the workers on it again; authority, people and policy are checked anew, at the click."""
    failed = await bench.repairs.get(team_id, repair_id)
    await _check_may_press(bench, failed, by)
    await check_still_allowed(bench.desk, failed)
    now = bench.desk.now()
    event = Event(at=now, by=by.user_id, verb="fix-again")
    resumed = await bench.repairs.edit(team_id, repair_id, partial(repair.resume, at=now), event)
    await bench.queue.wake(resumed)
    return resumed


async def _check_may_press(bench: Bench, failed: Repair, by: Person) -> None:
    """The approval that it has is enough for its asker; approvers need no other."""
    if by.account == failed.requester.account:
        rules.check_member(by, failed.team_id)
        return
    rules.check_decider(by, failed.team_id, failed.requester, await decider_ids(bench, failed))
