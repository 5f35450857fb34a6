"""The life of a key request: one record, and the moves that are legal on it.

`pending → approved → provisioning → active → expired | revoked`, and
`pending → denied | withdrawn | lapsed`, `provisioning → failed` (resumable).
Every move is a pure function; an illegal one raises `Conflict` with a sentence. The file is
long because a move is legal or not only beside all the others; what a live key goes through is in
`rotation` and `renewal`, its end and the way back in `ending`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain import calendar
from bot.domain.idleness import Idleness  # noqa: TC001 - read at run time, to make JSON of it
from bot.domain.kinds import Kind
from bot.domain.person import Person, service
from bot.domain.restriction import ANYWHERE, Restriction
from bot.errors import Conflict

GRACE = timedelta(hours=24)


class State(StrEnum):
    """Where a request stands."""

    PENDING = "pending"
    APPROVED = "approved"
    PROVISIONING = "provisioning"
    ACTIVE = "active"
    FAILED = "failed"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    EXPIRED = "expired"
    REVOKED = "revoked"


FINISHED = frozenset({State.DENIED, State.WITHDRAWN, State.LAPSED, State.EXPIRED, State.REVOKED})
GRANTING = frozenset({State.APPROVED, State.PROVISIONING})
# A key that is live, or is being made: it counts against quotas.
HELD = GRANTING | {State.ACTIVE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided, when, and the words given for it.

    `step_up` says that the environment's own group did; `instead_of` names whom the decider stood in for.
    """

    by: Person
    at: datetime
    reason: str = ""
    step_up: bool = False
    instead_of: str = ""

    @property
    def authority(self) -> tuple[str, str]:
        """Whose say it was: a deputy has the say of the person he stands in for, and that counts once."""
        return self.by.team_id, self.instead_of or self.by.user_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why provisioning stopped, in words for people: a `why-403` finding, flattened."""

    cause: str
    title: str
    evidence: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retiring:
    """A key that another one has taken the place of, and that still works until it is seen to be unused.

    `since`: its successor is in place; `look_at`: somebody must look whether it may go; `calls`: what was
    counted at the last look, None when it could not be counted; `forced`: it goes, used or not.
    """

    rotation: int
    key_uid: str
    secret_version: str
    since: datetime | None = None
    look_at: datetime | None = None
    forced: bool = False
    still_used: bool = False
    asked: bool = False
    calls: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A rotation under way: who wanted it, and how long the old key lives beside the new one."""

    by: Person
    at: datetime
    reason: str = ""
    grace: timedelta = GRACE


class RenewalState(StrEnum):
    """Where the wish for a later end stands."""

    PENDING = "pending"
    APPROVED = "approved"
    DONE = "done"
    DENIED = "denied"
    LAPSED = "lapsed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """The wish that a key lives on for `lifetime` from the approval; `number` counts a key's wishes."""

    number: int
    lifetime: timedelta
    by: Person
    at: datetime
    lapses_at: datetime
    approvals_needed: int = 1
    step_up: bool = False
    state: RenewalState = RenewalState.PENDING
    approvals: tuple[Decision, ...] = ()
    closed: Decision | None = None
    expires_at: datetime | None = None
    failure: Failure | None = None

    @property
    def enough(self) -> bool:
        """Whether there are all approvals that it needs."""
        stepped_up = not self.step_up or any(approval.step_up for approval in self.approvals)
        return stepped_up and len(self.approvals) >= self.approvals_needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a person asks for, before the policy has looked at it."""

    project_id: str
    environment: str
    purpose: str
    lifetime: timedelta
    kind: Kind = Kind.AUTH_KEY
    identity: str = ""
    restriction: Restriction = ANYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRequest:
    """One request for one key, from the form to the key's end.

    `version` counts writes; `run` counts the workers that took it up, so that a worker
    that was thought dead cannot write any more; `rotation` names the key (`r1`, `r2`), and
    `spent` is the highest number that was ever tried, when that is another one;
    `escalated` counts the later groups of approvers that were called so far; `held` are the
    requester's live keys, and `unusual` what stood out, when the request was sent.
    """

    id: str
    requester: Person
    project_id: str
    environment: str
    purpose: str
    lifetime: timedelta
    requested_at: datetime
    lapses_at: datetime
    approvals_needed: int = 1
    billing_required: bool = False
    step_up: bool = False
    rule: str = ""
    restriction: Restriction = ANYWHERE
    emergency: bool = False
    skipped: tuple[str, ...] = ()
    reviewed: Decision | None = None
    held: int = 0
    unusual: tuple[str, ...] = ()
    kind: Kind = Kind.AUTH_KEY
    identity: str = ""
    rotate_every: timedelta | None = None
    rotation_grace: timedelta = GRACE

    state: State = State.PENDING
    approvals: tuple[Decision, ...] = ()
    closed: Decision | None = None
    ending: Decision | None = None
    expires_at: datetime | None = None

    run: int = 0
    failed_runs: int = 0
    next_run_at: datetime | None = None
    done: tuple[str, ...] = ()
    failure: Failure | None = None
    cleaning: bool = False
    paused: bool = False
    # Former owners who are still bound at Google, and how often it changed hands.
    left: tuple[Person, ...] = ()
    handovers: int = 0
    reminded: int = 0
    warned: int = 0
    escalates_at: tuple[datetime, ...] = ()
    escalated: int = 0

    rotation: int = 1
    project_number: str = ""
    operation: str = ""
    key_uid: str = ""
    secret_version: str = ""
    live_since: datetime | None = None
    spent: int = 0
    idle: Idleness | None = None

    turn: Turn | None = None
    turn_failure: Failure | None = None
    turns: int = 0
    asked_turn: int = 0
    rotate_at: datetime | None = None
    retiring: tuple[Retiring, ...] = ()
    leak: Decision | None = None
    leaks: int = 0

    renewal: Renewal | None = None
    renewed_at: datetime | None = None
    renewals: int = 0
    let_expire: bool = False

    endings: int = 0
    undo_until: datetime | None = None
    undone: Decision | None = None
    restoring: bool = False

    @property
    def team_id(self) -> str:
        """The workspace that the request lives in."""
        return self.requester.team_id

    @property
    def draft(self) -> Draft:
        """What was asked for."""
        return Draft(
            project_id=self.project_id,
            environment=self.environment,
            purpose=self.purpose,
            lifetime=self.lifetime,
            kind=self.kind,
            identity=self.identity,
            restriction=self.restriction,
        )

    @property
    def finished(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.state in FINISHED

    @property
    def enough(self) -> bool:
        """Whether there are all approvals that it needs."""
        stepped_up = not self.step_up or any(approval.step_up for approval in self.approvals)
        return stepped_up and len(self.approvals) >= self.approvals_needed

    @property
    def live(self) -> bool:
        """Whether it has a key that nobody is taking away."""
        return self.state is State.ACTIVE and self.ending is None

    @property
    def newest_rotation(self) -> int:
        """The highest rotation number that was ever tried."""
        return max(self.rotation, self.spent)

    @property
    def keeps_secret(self) -> bool:
        """Whether ending it leaves the secret behind, closed, so that the end can be undone."""
        return self.state is State.ACTIVE and self.undo_until is not None

    @property
    def approved_by(self) -> Person | None:
        """Whose approval was the last one needed; None while, or when, there were not enough."""
        return self.approvals[-1].by if self.enough else None

    def due_at(self) -> datetime | None:
        """When somebody must look at it again, None when never."""
        if self.state is State.PENDING:
            reminders = calendar.following(calendar.reminders(self), self.reminded)
            return min((self.lapses_at, *reminders, *calendar.following(self.escalates_at, self.escalated)))
        if self.state in GRANTING:
            return self.next_run_at
        if self.state is State.ACTIVE and not self.ending:
            return calendar.next_look(self)
        if self.state is State.REVOKED:
            return self.next_run_at or self.undo_until
        return self.next_run_at


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


def warn(request: KeyRequest, at: datetime) -> KeyRequest:
    """Count the warnings whose time has come, as `remind` does."""
    count = calendar.passed(calendar.warnings(request), at)
    if not request.live or request.let_expire or count <= request.warned:
        raise Conflict("{id} needs no warning yet.", id=request.id)
    return replace(request, warned=count)


def take_up(request: KeyRequest, until: datetime) -> KeyRequest:
    """Let a worker start or go on; whoever had it before can no longer write.

    `until` is when others may take it up, should this worker not be heard of again.
    """
    if request.state not in GRANTING:
        raise Conflict("{id} is not waiting for work.", id=request.id)
    return replace(request, state=State.PROVISIONING, paused=False, run=request.run + 1, next_run_at=until)


def tick(request: KeyRequest, step: str) -> KeyRequest:
    """Note that one step's state is reached."""
    return request if step in request.done else replace(request, done=(*request.done, step))


def put_off(request: KeyRequest, until: datetime) -> KeyRequest:
    """Stop for now and try again at `until`."""
    return replace(request, next_run_at=until, failed_runs=request.failed_runs + 1)


def activate(request: KeyRequest, at: datetime | None = None) -> KeyRequest:
    """Say that the key works, and since when it is its holder's alone to call."""
    if request.state is not State.PROVISIONING:
        raise Conflict("{id} is not being provisioned.", id=request.id)
    return replace(
        request,
        state=State.ACTIVE,
        live_since=at,
        idle=request.idle.anew() if request.idle else None,
        next_run_at=None,
        failed_runs=0,
        operation="",
        restoring=False,
        rotate_at=next_rotation_at(request, at),
    )


def next_rotation_at(request: KeyRequest, at: datetime | None) -> datetime | None:
    """Tell when a key that was put in place at `at` is rotated by the clock; None when never."""
    return at + request.rotate_every if at and request.rotate_every else None


def abandon(request: KeyRequest, failure: Failure) -> KeyRequest:
    """Write down what blocks it, before anything made so far is taken away."""
    if request.state is not State.PROVISIONING:
        raise Conflict("{id} is not being provisioned.", id=request.id)
    return replace(request, failure=failure, failed_runs=0)


def fail_unclean(request: KeyRequest, until: datetime) -> KeyRequest:
    """Say that it failed although something made so far is still there; go on taking it away at `until`."""
    _check_abandoned(request)
    runs = request.failed_runs + 1
    return replace(request, state=State.FAILED, cleaning=True, next_run_at=until, failed_runs=runs)


def take_up_cleaning(request: KeyRequest, until: datetime) -> KeyRequest:
    """Let a worker go on taking away what a failed request left; `until` as in `take_up`."""
    if request.state is not State.FAILED or not request.cleaning:
        raise Conflict("{id} needs no cleaning.", id=request.id)
    return replace(request, run=request.run + 1, next_run_at=until)


def fail(request: KeyRequest, until: datetime) -> KeyRequest:
    """Stop; nothing made so far is left behind. It may be tried again `until` then."""
    _check_abandoned(request)
    return replace(
        request,
        state=State.FAILED,
        cleaning=False,
        next_run_at=until,
        done=(),
        operation="",
        failed_runs=0,
        key_uid="",
        secret_version="",
        restoring=False,
        retiring=(),
        rotate_at=None,
    )


def resume(request: KeyRequest, at: datetime) -> KeyRequest:
    """Try a failed one again; the approval still stands, the clock starts anew from now."""
    if request.state is not State.FAILED:
        raise Conflict("{id} has not failed: it is {state}.", id=request.id, state=request.state.value)
    if request.cleaning:
        raise Conflict("{id} is still being cleaned up. Please try again in a few minutes.", id=request.id)
    return replace(
        request,
        state=State.APPROVED,
        next_run_at=at,
        failed_runs=0,
        failure=None,
        expires_at=at + request.lifetime,
    )


def _check_abandoned(request: KeyRequest) -> None:
    if request.state not in {State.PROVISIONING, State.FAILED} or not request.failure:
        raise Conflict("{id} is not being abandoned.", id=request.id)


def check_pending(request: KeyRequest) -> None:
    """Raise `Conflict`, saying who decided, unless the request waits for a decision."""
    if request.state is State.PENDING:
        return
    raise Conflict(outcome_sentence(request), **outcome_values(request))


def outcome_sentence(request: KeyRequest) -> str:
    """Say how a request that is no longer pending was decided."""
    if request.state is State.DENIED:
        return "{name} has already denied {id}."
    if request.state is State.WITHDRAWN:
        return "{name} has withdrawn {id}."
    if request.state is State.LAPSED:
        return "{id} has lapsed: nobody decided in time."
    return "{name} has already approved {id}."


def outcome_values(request: KeyRequest) -> dict[str, str]:
    """Give the names for `outcome_sentence`."""
    by = request.approved_by or (request.closed.by if request.closed else None)
    return {"id": request.id, "name": by.name if by else ""}
