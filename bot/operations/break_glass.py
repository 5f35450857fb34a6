"""Take a key in an emergency, without asking: briefly, loudly, and looked at by others afterwards."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.domain import deciding, ending, limits, rules
from bot.domain.audit import Event
from bot.errors import Refused
from bot.operations.decide import check_may_decide
from bot.operations.desk import members_of
from bot.operations.submit import approving, described, keep

if TYPE_CHECKING:
    from bot.domain.emergency import BreakGlass
    from bot.domain.key_request import Draft, KeyRequest
    from bot.domain.person import Person
    from bot.operations.desk import Desk

ENDED = "emergency ended by an approver"


async def break_glass(desk: Desk, draft: Draft, requester: Person, *, once: str) -> KeyRequest:
    """Grant a short-lived key at once; everybody who was not asked is told, and the audit says whom."""
    earlier = await desk.requests.once(requester.team_id, once)
    if earlier:
        return await desk.requests.get(requester.team_id, earlier)
    policy, now = desk.policy(), desk.now()
    allowed = await check_allowed(desk, requester)
    short = replace(draft, lifetime=allowed.lifetime)
    rules.check_draft(short, policy, (allowed.lifetime,))
    await approving(desk, short, requester)  # a rule that denies denies this, too
    route = policy.route(draft.project_id, draft.environment)
    skipped = await members_of(desk, requester.team_id, route.called(0)) - {requester.user_id}
    asked = await described(desk, short, requester)
    return await keep(
        desk,
        lambda drawn: deciding.break_glass(replace(asked, id=drawn), tuple(sorted(skipped)), now),
        once,
        (*limits.quotas(policy, draft.project_id), limits.cap(allowed.as_rule(), now)),
    )


async def check_allowed(desk: Desk, requester: Person) -> BreakGlass:
    """Refuse everyone whom the policy does not name; nobody named means nobody."""
    allowed = desk.policy().break_glass
    rules.check_requester(requester, desk.policy(), desk.team_id)
    if allowed is None or requester.user_id not in await members_of(desk, requester.team_id, (allowed,)):
        raise Refused("Only people whom the policy names for emergencies can do that.")
    return allowed


async def review(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Say afterwards that it was right; nobody says so of his own."""
    await check_may_decide(desk, team_id, request_id, by)
    now = desk.now()
    return await desk.requests.edit(
        team_id,
        request_id,
        partial(deciding.review, by=by, at=now),
        Event(at=now, by=by.user_id, verb="review"),
    )


async def stop(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Say afterwards that it was wrong: the key goes at once, in the same move."""
    await check_may_decide(desk, team_id, request_id, by)
    now = desk.now()

    def reviewed_and_ended(request: KeyRequest) -> KeyRequest:
        return ending.start_ending(deciding.review(request, by, now), by, now, ENDED)

    request = await desk.requests.edit(
        team_id,
        request_id,
        reviewed_and_ended,
        Event(at=now, by=by.user_id, verb="revoke", details={"reason": ENDED}),
    )
    await desk.jobs.wake(request)
    return request
