"""Ask for a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import request_id, rules
from bot.domain.audit import Event
from bot.domain.key_request import KeyRequest, State
from bot.domain.redact import redact
from bot.errors import Conflict
from bot.operations.desk import members_of

if TYPE_CHECKING:
    from bot.domain.key_request import Draft
    from bot.domain.person import Person
    from bot.operations.desk import Desk

# 30^4 ids are short enough to say; a taken one is drawn again, then a longer one.
DRAWS = 8


async def submit(desk: Desk, draft: Draft, requester: Person, *, once: str) -> KeyRequest:
    """Check the draft, keep it as a pending request; the same `once` gives the same request."""
    earlier = await desk.requests.once(requester.team_id, once)
    if earlier:
        return await desk.requests.get(requester.team_id, earlier)
    policy, now = desk.policy(), desk.now()
    rules.check_requester(requester, policy, requester.team_id)
    environment = rules.check_draft(draft, policy)
    route = policy.route(draft.project_id, draft.environment)
    everybody = await members_of(desk, requester.team_id, route.everybody)
    rules.check_decidable(requester, everybody, environment.approvals)
    already = await waiting(desk, requester, draft.project_id)
    if already:
        raise rules.Invalid("project", "You already have {id} waiting for this project.", id=already.id)
    for draw in range(DRAWS):
        request = KeyRequest(
            id=request_id.new(desk.choose, request_id.SHORTEST + draw // 4),
            requester=requester,
            project_id=draft.project_id,
            environment=draft.environment,
            purpose=redact(draft.purpose.strip()),  # a pasted key is not kept
            lifetime=draft.lifetime,
            requested_at=now,
            lapses_at=now + policy.approval.lapse_after,
            approvals_needed=environment.approvals,
            billing_required=environment.billing_required,
            escalates_at=tuple(now + group.after for group in route.later),
        )
        kept = await desk.requests.add(
            request, Event(at=now, by=requester.user_id, verb="request"), once=once
        )
        if kept is not None:
            await desk.jobs.wake(kept)
            return kept
    raise Conflict("I couldn't find a free id. Please try again.")


async def waiting(desk: Desk, requester: Person, project_id: str) -> KeyRequest | None:
    """Find the requester's undecided request for a project."""
    mine = await desk.requests.mine(requester.team_id, requester.user_id, limit=50)
    return next((r for r in mine if r.state is State.PENDING and r.project_id == project_id), None)
