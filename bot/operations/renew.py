"""Ask for a later end, decide it by the rules of a request, or let the key expire."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import renewal, rules
from bot.domain.audit import Event
from bot.domain.redact import redact
from bot.operations.decide import check_may_decide
from bot.operations.desk import decider_ids

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from bot.domain.key_request import KeyRequest
    from bot.domain.person import Person
    from bot.domain.policy import Environment
    from bot.operations.desk import Desk


async def check_renewable(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Check that this person may ask for a later end of this key now."""
    request = await desk.requests.get(team_id, request_id)
    rules.check_holder(by, request)
    rules.check_requester(by, desk.policy(), team_id)
    renewal.check_renewable(request)
    return request


async def renew(desk: Desk, team_id: str, request_id: str, by: Person, lifetime: timedelta) -> KeyRequest:
    """Ask for a later end; the same approvers decide as for a new key."""
    request = await check_renewable(desk, team_id, request_id, by)
    environment = rules.check_lifetime(lifetime, request, desk.policy())
    rules.check_decidable(by, await decider_ids(desk, request), environment.approvals)
    return await _write(desk, request, partial(_ask, desk, environment, by, lifetime), by, "renew")


async def approve_renewal(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Approve; the last approval needed starts the new lifetime."""
    request = await check_may_decide(desk, team_id, request_id, by)
    move = partial(renewal.approve, by=by, at=desk.now())
    return await _write(desk, request, move, by, "renewal-approve")


async def check_pending(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Check that there is a renewal left to decide for this person."""
    request = await check_may_decide(desk, team_id, request_id, by)
    renewal.check_pending(request)
    return request


async def deny_renewal(desk: Desk, team_id: str, request_id: str, by: Person, reason: str) -> KeyRequest:
    """Deny, with the reason that the owner is told; the key keeps its end."""
    request = await check_may_decide(desk, team_id, request_id, by)
    move = partial(renewal.deny, by=by, at=desk.now(), reason=redact(reason))
    return await _write(desk, request, move, by, "renewal-deny")


async def let_expire(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Silence the warnings that are still to come."""
    request = await desk.requests.get(team_id, request_id)
    rules.check_holder(by, request)
    return await _write(desk, request, renewal.let_expire, by, "let-expire")


def _ask(
    desk: Desk, environment: Environment, by: Person, lifetime: timedelta, request: KeyRequest
) -> KeyRequest:
    now = desk.now()
    return renewal.ask(
        request,
        by,
        now,
        lifetime=lifetime,
        lapses_at=now + desk.policy().approval.lapse_after,
        approvals_needed=environment.approvals,
    )


async def _write(
    desk: Desk, request: KeyRequest, move: Callable[[KeyRequest], KeyRequest], by: Person, verb: str
) -> KeyRequest:
    event = Event(at=desk.now(), by=by.user_id, verb=verb)
    written = await desk.requests.edit(request.team_id, request.id, move, event)
    await desk.jobs.wake(written)
    return written
