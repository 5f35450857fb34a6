"""Try a failed request again: the approval still stands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import granting, rules
from bot.domain.audit import Event
from bot.domain.limits import quotas
from bot.operations.decide import check_may_decide, check_still_allowed

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.domain.person import Person
    from bot.operations.desk import Desk


async def retry(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Let an approver set the workers on a failed request again."""
    failed = await check_may_decide(desk, team_id, request_id, by)
    await _check_still_allowed(desk, failed)
    now = desk.now()
    request = await desk.requests.edit(
        team_id,
        request_id,
        partial(granting.resume, at=now),
        Event(at=now, by=by.user_id, verb="retry"),
        quotas(desk.policy(), failed.project_id),
    )
    await desk.jobs.wake(request)
    return request


async def _check_still_allowed(desk: Desk, failed: KeyRequest) -> None:
    """Hold an old request against today's people and policy."""
    await check_still_allowed(desk, failed)
    rules.check_draft(failed.draft, desk.policy(), (failed.lifetime,) if failed.emergency else ())
