"""Take a key away before its time, and take that back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import ending, rules
from bot.domain.audit import Event
from bot.domain.limits import quotas
from bot.domain.redact import redact
from bot.operations.desk import check_keeper, decider_ids

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.domain.person import Person
    from bot.operations.desk import Desk


async def revoke(desk: Desk, team_id: str, request_id: str, by: Person, reason: str = "") -> KeyRequest:
    """Have a live key taken away now, by its owner or an approver; again is the same as once."""
    await check_keeper(desk, await desk.requests.get(team_id, request_id), by)
    now, reason = desk.now(), redact(reason)  # a pasted key is not kept
    request = await desk.requests.edit(
        team_id,
        request_id,
        partial(ending.start_ending, by=by, at=now, reason=reason),
        Event(at=now, by=by.user_id, verb="revoke", details={"reason": reason} if reason else {}),
    )
    await desk.jobs.wake(request)
    return request


async def undo(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Have a revoked key brought back; whoever is no longer allowed to hold one does not get it."""
    revoked = await desk.requests.get(team_id, request_id)
    policy, now = desk.policy(), desk.now()
    environment = policy.environments.get(revoked.environment)
    rules.check_undoer(
        by,
        revoked,
        await decider_ids(desk, revoked),
        needs_approver=environment is None or environment.undo_needs_approver,
    )
    ending.check_undoable(revoked, now)
    holder = await desk.directory.person(team_id, revoked.requester.user_id)
    rules.check_requester(holder, policy, team_id)
    request = await desk.requests.edit(
        team_id,
        request_id,
        partial(ending.undo, by=by, at=now),
        Event(at=now, by=by.user_id, verb="undo"),
        quotas(policy, revoked.project_id),
    )
    await desk.jobs.wake(request)
    return request
