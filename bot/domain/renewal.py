"""The wish for a later end: asked by the owner, decided as a request is, then carried out.

The clock of the new lifetime runs from the approval. The end in the record moves last, when Google has
everything; until then an approved wish keeps the key alive.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.deciding import check_another_yes
from bot.domain.decision import Decision
from bot.domain.key_request import KeyRequest, Renewal, RenewalState
from bot.domain.person import service
from bot.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.domain.failure import Failure
    from bot.domain.person import Person

# Nothing more happens to a wish in these.
SETTLED = frozenset({RenewalState.DONE, RenewalState.DENIED, RenewalState.LAPSED, RenewalState.FAILED})


def open_wish(request: KeyRequest) -> Renewal | None:
    """Return the wish that is neither carried out nor refused."""
    renewal = request.renewal
    return renewal if renewal and renewal.state not in SETTLED else None


def ask(
    request: KeyRequest,
    by: Person,
    at: datetime,
    *,
    lifetime: timedelta,
    lapses_at: datetime,
    approvals_needed: int,
    step_up: bool = False,
) -> KeyRequest:
    """Write the wish down; where no approval is needed it is approved at once."""
    check_renewable(request)
    if request.expires_at and at + lifetime <= request.expires_at:
        raise Conflict(
            "{id} would not live longer that way. Choose a longer time, or renew later.", id=request.id
        )
    wish = Renewal(
        number=request.renewal.number + 1 if request.renewal else 1,
        lifetime=lifetime,
        by=by,
        at=at,
        lapses_at=lapses_at,
        approvals_needed=approvals_needed,
        step_up=step_up,
    )
    asked = replace(request, renewal=wish)
    return _approved(asked, wish, at) if approvals_needed == 0 else asked


def check_renewable(request: KeyRequest) -> None:
    """Refuse what has no live key, or is being renewed already."""
    if not request.live:
        raise Conflict("{id} has no live key: it is {state}.", id=request.id, state=request.state)
    if open_wish(request):
        raise Conflict("{id} is being renewed already.", id=request.id)


def approve(
    request: KeyRequest, by: Person, at: datetime, *, step_up: bool = False, instead_of: str = ""
) -> KeyRequest:
    """Add one approval; the last one needed starts the new lifetime; `step_up` as for a request."""
    wish = check_pending(request)
    if at >= wish.lapses_at:
        raise Conflict("The renewal of {id} has lapsed: nobody decided in time.", id=request.id)
    decision = Decision(by=by, at=at, step_up=step_up, instead_of=instead_of)
    check_another_yes(request.id, wish.approvals, decision)
    more = replace(wish, approvals=(*wish.approvals, decision))
    if len(more.approvals) >= more.approvals_needed and not more.enough:
        raise Conflict("{id} still needs a yes of its environment's step-up group.", id=request.id)
    return _approved(request, more, at) if more.enough else replace(request, renewal=more)


def deny(request: KeyRequest, by: Person, at: datetime, reason: str, *, instead_of: str = "") -> KeyRequest:
    """Refuse the wish; the key keeps its end."""
    wish = check_pending(request)
    closed = Decision(by=by, at=at, reason=reason, instead_of=instead_of)
    return replace(request, renewal=replace(wish, state=RenewalState.DENIED, closed=closed))


def lapse(request: KeyRequest, at: datetime) -> KeyRequest:
    """Close a wish that nobody decided in time."""
    wish = check_pending(request)
    if at < wish.lapses_at:
        raise Conflict("{id} is not over yet.", id=request.id)
    closed = Decision(by=service(request.team_id), at=at)
    return replace(request, renewal=replace(wish, state=RenewalState.LAPSED, closed=closed))


def take_up(request: KeyRequest, until: datetime) -> KeyRequest:
    """Let a worker move the end at Google; `until` as in `granting.take_up`."""
    _approved_wish(request)
    return replace(request, run=request.run + 1, next_run_at=until)


def renewed(request: KeyRequest) -> KeyRequest:
    """Say that Google has the new end: from now on it is the record's, and the warnings begin anew."""
    wish = _approved_wish(request)
    return replace(
        request,
        renewal=replace(wish, state=RenewalState.DONE),
        lifetime=wish.lifetime,
        renewals=request.renewals + 1,
        renewed_at=wish.approvals[-1].at if wish.approvals else wish.at,
        expires_at=wish.expires_at,
        warned=0,
        let_expire=False,
        next_run_at=None,
        failed_runs=0,
    )


def fail(request: KeyRequest, failure: Failure) -> KeyRequest:
    """Give it up: the key keeps the end that it has."""
    wish = _approved_wish(request)
    failed = replace(wish, state=RenewalState.FAILED, failure=failure)
    return replace(request, renewal=failed, next_run_at=None, failed_runs=0)


def let_expire(request: KeyRequest) -> KeyRequest:
    """Silence the warnings that are still to come."""
    if not request.live:
        raise Conflict("{id} has no live key: it is {state}.", id=request.id, state=request.state)
    return replace(request, let_expire=True)


def check_pending(request: KeyRequest) -> Renewal:
    """Return the wish that waits for a decision, or say who has decided it."""
    wish = request.renewal
    if wish is None or not request.live:
        raise Conflict("{id} has no live key: it is {state}.", id=request.id, state=request.state)
    if wish.state is RenewalState.PENDING:
        return wish
    if wish.state is RenewalState.LAPSED:
        raise Conflict("The renewal of {id} has lapsed: nobody decided in time.", id=request.id)
    if wish.state is RenewalState.DENIED and wish.closed:
        raise Conflict(
            "{name} has already denied the renewal of {id}.", name=wish.closed.by.name, id=request.id
        )
    name = wish.approvals[-1].by.name if wish.approvals else ""
    raise Conflict("{name} has already approved the renewal of {id}.", name=name, id=request.id)


def _approved(request: KeyRequest, wish: Renewal, at: datetime) -> KeyRequest:
    granted = replace(wish, state=RenewalState.APPROVED, expires_at=at + wish.lifetime)
    return replace(request, renewal=granted)


def _approved_wish(request: KeyRequest) -> Renewal:
    wish = request.renewal
    if not request.live or wish is None or wish.state is not RenewalState.APPROVED:
        raise Conflict("{id} is not being renewed.", id=request.id)
    return wish
