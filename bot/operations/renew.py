"""Ask for a later end, decide it by the rules of a request, or let the key expire."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.domain import renewal, rules
from bot.domain.audit import Event
from bot.domain.limits import LimitReached, cap
from bot.domain.redact import redact
from bot.operations.decide import authority, check_may_decide, check_still_allowed, in_step_up, on_behalf
from bot.operations.desk import decider_ids
from bot.operations.submit import approving, check_may_ask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import timedelta

    from bot.domain.automatic import Rule
    from bot.domain.key_request import KeyRequest
    from bot.domain.limits import Limit
    from bot.domain.person import Person
    from bot.operations.desk import Desk


async def check_renewable(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Check that this person may ask for a later end of this key now."""
    request = await desk.requests.get(team_id, request_id)
    rules.check_holder(by, request)
    rules.check_requester(by, desk.policy(), team_id)
    renewal.check_renewable(request)
    return request


async def renew(desk: Desk, team_id: str, request_id: str, by: Person, lifetime: timedelta) -> KeyRequest:
    """Ask for a later end; the same approvers, or the same rules of the policy, decide as for a new key."""
    request = await check_renewable(desk, team_id, request_id, by)
    rules.check_lifetime(lifetime, request, desk.policy())
    await check_may_ask(desk, by, request.project_id, request.environment)
    draft = replace(request.draft, lifetime=lifetime)
    for rule in await approving(desk, draft, request.requester):
        try:
            return await _ask(desk, request, by, lifetime, rule)
        except LimitReached:
            continue
    return await _ask(desk, request, by, lifetime)


async def _ask(
    desk: Desk, request: KeyRequest, by: Person, lifetime: timedelta, rule: Rule | None = None
) -> KeyRequest:
    """Write the wish down; a rule approves it by itself, as long as its cap has room."""
    policy = desk.policy()
    route = policy.route(request.project_id, request.environment)
    step_up = route.step_up is not None and not rule
    needed = 0 if rule else policy.needed(request.environment)
    rules.check_decidable(by, await decider_ids(desk, request), needed)
    now = desk.now()
    move = partial(
        renewal.ask,
        by=by,
        at=now,
        lifetime=lifetime,
        lapses_at=policy.approval.lapses_at(now),
        approvals_needed=needed,
        step_up=step_up,
    )
    if rule is None:
        return await _write(desk, request, move, by, "renew")
    return await _write(desk, request, move, by, "renew", {"rule": rule.name}, (cap(rule, now),))


async def approve_renewal(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Approve; the last approval needed starts the new lifetime."""
    request, instead_of = await authority(desk, team_id, request_id, by)
    await check_still_allowed(desk, request)
    step_up = await in_step_up(desk, request, instead_of or by.user_id)
    move = partial(renewal.approve, by=by, at=desk.now(), step_up=step_up, instead_of=instead_of)
    return await _write(desk, request, move, by, "renewal-approve", on_behalf(instead_of))


async def check_pending(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Check that there is a renewal left to decide for this person."""
    request = await check_may_decide(desk, team_id, request_id, by)
    renewal.check_pending(request)
    return request


async def deny_renewal(desk: Desk, team_id: str, request_id: str, by: Person, reason: str) -> KeyRequest:
    """Deny, with the reason that the owner is told; the key keeps its end."""
    request, instead_of = await authority(desk, team_id, request_id, by)
    reason = redact(reason)  # a pasted key is not kept
    move = partial(renewal.deny, by=by, at=desk.now(), reason=reason, instead_of=instead_of)
    return await _write(desk, request, move, by, "renewal-deny", {"reason": reason, **on_behalf(instead_of)})


async def let_expire(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Silence the warnings that are still to come."""
    request = await desk.requests.get(team_id, request_id)
    rules.check_holder(by, request)
    return await _write(desk, request, renewal.let_expire, by, "let-expire")


async def _write(
    desk: Desk,
    request: KeyRequest,
    move: Callable[[KeyRequest], KeyRequest],
    by: Person,
    verb: str,
    details: Mapping[str, str] | None = None,
    room: Sequence[Limit] = (),
) -> KeyRequest:
    event = Event(at=desk.now(), by=by.user_id, verb=verb, details=details or {})
    written = await desk.requests.edit(request.team_id, request.id, move, event, room)
    await desk.jobs.wake(written)
    return written
