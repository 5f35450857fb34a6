"""Go on with a new project that failed half-way, at the press of its asker or of an approver."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import repair, rules
from bot.domain.audit import Event
from bot.domain.repair import AGAIN_WITHIN
from bot.errors import Refused
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
    """The approval is enough for its asker, as long as it is fresh; approvers may at any time."""
    if by.account != failed.requester.account:
        rules.check_decider(by, failed.team_id, failed.requester, await decider_ids(bench, failed))
        return
    rules.check_member(by, failed.team_id)
    approved = failed.approvals[-1].at if failed.approvals else failed.requested_at
    if bench.desk.now() - approved > AGAIN_WITHIN:
        raise Refused("The approval of {id} is over a week old: an approver must try it again.", id=failed.id)
