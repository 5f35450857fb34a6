"""The life of a repair: a fix, roles or a new project, approved as a key request is, done and watched.

`pending → approved → watching → done | failed`, and `pending → denied | lapsed`, `approved → failed`; a new
project that failed is gone on with, `failed → approved`, or is over, `failed → denied | lapsed`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.decision import Decision
from bot.domain.failure import Failure  # noqa: TC001 - read at run time, to make JSON of it
from bot.domain.leaving import LEFT
from bot.domain.new_projects import STEPS
from bot.domain.person import Person  # noqa: TC001 - the same
from bot.errors import Conflict

PREFIX = "FIX-"


class Remedy(StrEnum):
    """What the bot can do itself."""

    ENABLE_API = "enable-api"
    RESTRICT_KEY = "restrict-key"
    GRANT_ACCESS = "grant-access"
    UNDELETE_KEY = "undelete-key"
    REPLACE_KEY = "replace-key"
    DELETE_KEY = "delete-key"
    LINK_BILLING = "link-billing"
    NEW_PROJECT = "new-project"
    GRANT_ROLE = "grant-role"


class State(StrEnum):
    """Where a repair stands."""

    PENDING = "pending"
    APPROVED = "approved"
    WATCHING = "watching"
    DONE = "done"
    FAILED = "failed"
    DENIED = "denied"
    LAPSED = "lapsed"


# What somebody asks for himself: no press of his own decides it, approver or not.
FOR_ONESELF = frozenset({Remedy.NEW_PROJECT, Remedy.GRANT_ROLE})
# How long a new project that failed may be gone on with, by the approval that it has.
AGAIN_WITHIN = timedelta(days=7)
FINISHED = frozenset({State.DONE, State.FAILED, State.DENIED, State.LAPSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A fix that can be had by a press; `before` and `after` are the lines that it changes.

    `request_id` names the key that it is about, or whose calls show whether the project works again; a key
    that others made has no request, but its own `key_id` and `key_name` at Google. `environment` and
    `purpose` say what a new project is for, `hours` how long roles are given.
    """

    remedy: Remedy
    cause: str
    project_id: str
    request_id: str = ""
    key_id: str = ""
    key_name: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    environment: str = ""
    purpose: str = ""
    hours: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One fix, from the press to the call that works again.

    `rotation`, `key_uid` and `environment` are the key's when it was asked for; `works` says at the end
    whether a call with the key was seen to work (None: the time that Google documents has passed, and nobody
    has called yet). `ended_at` is when roles ended that were given for longer. `operation` is Google's
    long-running one; `done` lists the steps of what takes several, `trial` is what the
    last of them saw.
    """

    id: str
    requester: Person
    offer: Offer
    requested_at: datetime
    lapses_at: datetime
    approvals_needed: int = 1
    step_up: bool = False
    rotation: int = 0
    key_uid: str = ""
    environment: str = ""

    state: State = State.PENDING
    approvals: tuple[Decision, ...] = ()
    closed: Decision | None = None
    run: int = 0
    failed_runs: int = 0
    next_run_at: datetime | None = None
    operation: str = ""
    done: tuple[str, ...] = ()
    trial: str = ""
    fixed_at: datetime | None = None
    ended_at: datetime | None = None
    works: bool | None = None
    failure: Failure | None = None

    @property
    def team_id(self) -> str:
        """The workspace that the repair lives in."""
        return self.requester.team_id

    @property
    def finished(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.state in FINISHED and self.next_run_at is None

    @property
    def step(self) -> str:
        """The step of a new project that comes next, or that it stopped at; empty when all are done."""
        return next((step for step in STEPS if step not in self.done), "")

    @property
    def stopped(self) -> bool:
        """Whether it is a new project that failed, and can be gone on with."""
        return self.state is State.FAILED and self.next_run_at is not None

    @property
    def made(self) -> bool:
        """Whether a new project is there."""
        return "create" in self.done

    @property
    def given_up(self) -> bool:
        """Whether the bot owns it no more."""
        return "rights" in self.done

    @property
    def asked_on_a_card(self) -> bool:
        """Whether others had to decide; an approver's own press decides at once."""
        return not self.approvals or self.approvals[0].by.account != self.requester.account

    @property
    def ends_at(self) -> datetime | None:
        """When roles that it gives are over; counted from the approval: giving twice is giving once."""
        if self.offer.remedy is not Remedy.GRANT_ROLE or not self.approvals:
            return None
        end = self.approvals[-1].at + timedelta(hours=self.offer.hours)
        return min(end, self.ended_at or end)

    def due_at(self) -> datetime | None:
        """When somebody must look at it again, None when never."""
        return self.lapses_at if self.state is State.PENDING else self.next_run_at


def approve(repair: Repair, by: Person, at: datetime, *, step_up: bool = False) -> Repair:
    """Add one approval; the last one needed sets the worker going; `step_up` as for a request."""
    check_pending(repair)
    if any(earlier.by.account == by.account for earlier in repair.approvals):
        raise Conflict("You have already approved {id}. It still needs somebody else.", id=repair.id)
    approvals = (*repair.approvals, Decision(by=by, at=at, step_up=step_up))
    if len(approvals) < repair.approvals_needed:
        return replace(repair, approvals=approvals)
    if repair.step_up and not any(approval.step_up for approval in approvals):
        raise Conflict("{id} still needs a yes of its environment's step-up group.", id=repair.id)
    return replace(repair, state=State.APPROVED, approvals=approvals, next_run_at=at)


def shorten(repair: Repair, longest: timedelta) -> Repair:
    """Hold roles to the longest time that the policy gives now; the card then says so."""
    hours = longest / timedelta(hours=1)
    if repair.offer.remedy is not Remedy.GRANT_ROLE or repair.offer.hours <= hours:
        return repair
    return replace(repair, offer=replace(repair.offer, hours=hours))


def deny(repair: Repair, by: Person, at: datetime) -> Repair:
    """Close it with a no."""
    check_pending(repair)
    return replace(repair, state=State.DENIED, closed=Decision(by=by, at=at))


def lapse(repair: Repair, at: datetime) -> Repair:
    """Close what nobody decided, or tried again, in time."""
    if not repair.stopped:
        check_pending(repair)
    if at < (repair.due_at() or at):
        raise Conflict("{id} is not over yet.", id=repair.id)
    return replace(repair, state=State.LAPSED, next_run_at=None)


def take_up(repair: Repair, until: datetime) -> Repair:
    """Let a worker start or go on; whoever had it before can no longer write."""
    if repair.state not in (State.APPROVED, State.WATCHING):
        raise Conflict("{id} is not waiting for work.", id=repair.id)
    return replace(repair, run=repair.run + 1, next_run_at=until)


def put_off(repair: Repair, until: datetime) -> Repair:
    """Stop for now and try again at `until`."""
    return replace(repair, next_run_at=until, failed_runs=repair.failed_runs + 1)


def await_turn(repair: Repair, until: datetime) -> Repair:
    """Stop until it is this one's turn at Google: no run has failed."""
    return replace(repair, next_run_at=until)


def begin(repair: Repair, operation: str) -> Repair:
    """Note the long-running operation at Google that whoever goes on must wait for."""
    return replace(repair, operation=operation)


def tick(repair: Repair, step: str, until: datetime) -> Repair:
    """Note that a step is done; whoever does the next one is alive until `until`."""
    return replace(repair, done=(*repair.done, step), next_run_at=until)


def tried(repair: Repair, said: str) -> Repair:
    """Note what the trial of a key saw."""
    return replace(repair, trial=said)


def watch(repair: Repair, at: datetime, until: datetime) -> Repair:
    """Note that it is done at Google, and look again at `until` whether calls work, or when roles end."""
    return replace(
        repair,
        state=State.WATCHING,
        fixed_at=repair.fixed_at or at,
        next_run_at=repair.ends_at or until,
        failed_runs=0,
    )


def finish(repair: Repair, *, works: bool | None) -> Repair:
    """Say that calls work, or that the documented time has passed."""
    if repair.state is not State.WATCHING:
        raise Conflict("{id} is not done yet.", id=repair.id)
    return replace(repair, state=State.DONE, works=works, next_run_at=None)


def fail(repair: Repair, failure: Failure, at: datetime) -> Repair:
    """Stop with what stands in the way; a new project waits for a while to be gone on with."""
    until = at + AGAIN_WITHIN if repair.offer.remedy is Remedy.NEW_PROJECT else None
    return replace(repair, state=State.FAILED, failure=failure, next_run_at=until)


def resume(repair: Repair, at: datetime) -> Repair:
    """Go on with a new project that failed, from the step that it stopped at; its approval still stands."""
    if not repair.stopped:
        raise Conflict("{id} is not waiting to be tried again.", id=repair.id)
    return replace(repair, state=State.APPROVED, failure=None, failed_runs=0, next_run_at=at)


def leave(repair: Repair, by: Person, at: datetime) -> Repair:
    """Close what whoever has left asked for; what he was given ends now.

    A worker that is giving him roles may finish first: then it finds this end, and takes them back.
    """
    unstarted = repair.state is State.APPROVED and not repair.run and repair.offer.remedy in FOR_ONESELF
    if repair.state is State.PENDING or unstarted or repair.stopped:
        closed = Decision(by=by, at=at, reason=LEFT)
        return replace(repair, state=State.DENIED, closed=closed, next_run_at=None)
    if repair.finished or repair.ends_at is None or repair.ended_at:
        return repair
    watching = repair.state is State.WATCHING
    return replace(repair, ended_at=at, next_run_at=at if watching else repair.next_run_at)


def check_pending(repair: Repair) -> None:
    """Raise `Conflict`, saying who decided, unless it waits for a decision."""
    if repair.state is State.PENDING:
        return
    if repair.state is State.LAPSED:
        raise Conflict("{id} has lapsed: nobody decided in time.", id=repair.id)
    if repair.state is State.DENIED and repair.closed:
        raise Conflict("{name} has already denied {id}.", name=repair.closed.by.name, id=repair.id)
    name = repair.approvals[-1].by.name if repair.approvals else ""
    raise Conflict("{name} has already approved {id}.", name=name, id=repair.id)
