"""Undecided requests: who says yes or no, who is asked next, and when nobody said anything.

Every move is a pure function; an illegal one raises `Conflict` with a sentence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain import calendar
from bot.domain.decision import Decision
from bot.domain.key_request import KeyRequest, State
from bot.domain.person import Person, service
from bot.errors import Conflict
from bot.languages.words import N_

if TYPE_CHECKING:
    from datetime import datetime


def approve(
    request: KeyRequest, by: Person, at: datetime, *, step_up: bool = False, instead_of: str = ""
) -> KeyRequest:
    """Add one approval; the last one needed approves and starts the key's clock.

    `step_up`: the approver is of the group of which one must say yes, too.
    """
    check_pending(request)
    if at >= request.lapses_at:
        raise Conflict("{id} has lapsed: nobody decided in time.", id=request.id)
    decision = Decision(by=by, at=at, step_up=step_up, instead_of=instead_of)
    check_another_yes(request.id, request.approvals, decision)
    more = replace(request, approvals=(*request.approvals, decision))
    if len(more.approvals) >= request.approvals_needed and not more.enough:
        raise Conflict("{id} still needs a yes of its environment's step-up group.", id=request.id)
    return _granted(more, at) if more.enough else more


def check_another_yes(request_id: str, approvals: tuple[Decision, ...], decision: Decision) -> None:
    """Refuse the second yes of the same person, also by a deputy."""
    if any(earlier.by.account == decision.by.account for earlier in approvals):
        raise Conflict("You have already approved {id}. It still needs somebody else.", id=request_id)
    if any(earlier.authority == decision.authority for earlier in approvals):
        raise Conflict(
            "{id} already has this yes: a deputy's counts for the person. It needs somebody else's.",
            id=request_id,
        )


def approve_by_rule(request: KeyRequest, rule: str, at: datetime) -> KeyRequest:
    """Approve at once, because the policy says so; nobody's own hand is in it."""
    check_pending(request)
    by_rule = Decision(by=service(request.team_id), at=at, reason=rule)
    one = replace(request, rule=rule, approvals_needed=1, step_up=False, approvals=(by_rule,))
    return _granted(one, at)


def break_glass(request: KeyRequest, skipped: tuple[str, ...], at: datetime) -> KeyRequest:
    """Grant without anybody's yes, because the policy lets this person; `skipped` are those not asked."""
    return replace(approve_by_rule(request, "", at), emergency=True, skipped=skipped)


def review(request: KeyRequest, by: Person, at: datetime) -> KeyRequest:
    """Note who looked at what was taken in an emergency."""
    if not request.emergency:
        raise Conflict("{id} was approved as usual: there is nothing to review.", id=request.id)
    if request.reviewed:
        raise Conflict("{name} has already reviewed {id}.", name=request.reviewed.by.name, id=request.id)
    return replace(request, reviewed=Decision(by=by, at=at))


def _granted(request: KeyRequest, at: datetime) -> KeyRequest:
    return replace(request, state=State.APPROVED, expires_at=at + request.lifetime, next_run_at=at)


def deny(request: KeyRequest, by: Person, at: datetime, reason: str, *, instead_of: str = "") -> KeyRequest:
    """Close it with a no."""
    check_pending(request)
    decision = Decision(by=by, at=at, reason=reason, instead_of=instead_of)
    return replace(request, state=State.DENIED, closed=decision)


def withdraw(request: KeyRequest, by: Person, at: datetime) -> KeyRequest:
    """Take back what one asked for oneself."""
    if by.account != request.requester.account:
        raise Conflict("Only the person who asked for {id} can withdraw it.", id=request.id)
    check_pending(request)
    return replace(request, state=State.WITHDRAWN, closed=Decision(by=by, at=at))


def lapse(request: KeyRequest, at: datetime) -> KeyRequest:
    """Close a request that nobody decided in time, or a failed one that nobody tried again."""
    if request.state is not State.FAILED or request.cleaning:
        check_pending(request)
    over_at = request.lapses_at if request.state is State.PENDING else request.next_run_at
    if over_at is None or at < over_at:
        raise Conflict("{id} is not over yet.", id=request.id)
    return replace(
        request,
        state=State.LAPSED,
        closed=Decision(by=service(request.team_id), at=at),
        next_run_at=None,
    )


def remind(request: KeyRequest, at: datetime) -> KeyRequest:
    """Count the reminders whose time has come; those missed in a long sleep are one."""
    check_pending(request)
    count = calendar.passed(calendar.reminders(request), at)
    if count <= request.reminded:
        raise Conflict("Nobody needs to be reminded of {id} yet.", id=request.id)
    return replace(request, reminded=count)


def escalate(request: KeyRequest, at: datetime) -> KeyRequest:
    """Let the next groups decide too, as many as silence has lasted for."""
    check_pending(request)
    count = calendar.passed(request.escalates_at, at)
    if count <= request.escalated:
        raise Conflict("{id} is not waiting for anybody else yet.", id=request.id)
    return replace(request, escalated=count)


def check_pending(request: KeyRequest) -> None:
    """Raise `Conflict`, saying who decided, unless the request waits for a decision."""
    if request.state is State.PENDING:
        return
    raise Conflict(outcome_sentence(request), **outcome_values(request))


def outcome_sentence(request: KeyRequest) -> str:
    """Say how a request that is no longer pending was decided."""
    if request.state is State.DENIED:
        return N_("{name} has already denied {id}.")
    if request.state is State.WITHDRAWN:
        return N_("{name} has withdrawn {id}.")
    if request.state is State.LAPSED:
        return N_("{id} has lapsed: nobody decided in time.")
    return N_("{name} has already approved {id}.")


def outcome_values(request: KeyRequest) -> dict[str, str]:
    """Give the names for `outcome_sentence`."""
    by = request.approved_by or (request.closed.by if request.closed else None)
    return {"id": request.id, "name": by.name if by else ""}
