"""One record: what was asked for, who decided what, and where its key stands.

`pending → approved → provisioning → active → expired | revoked`, and
`pending → denied | withdrawn | lapsed`, `provisioning → failed` (resumable).
The moves are in `deciding`, `granting`, `rotation`, `renewal`, `idleness`, `leaving` and `ending`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.decision import Decision  # noqa: TC001 - read at run time, to make JSON of it
from bot.domain.failure import Failure  # noqa: TC001 - the same
from bot.domain.idle import Idleness  # noqa: TC001 - the same
from bot.domain.kinds import Kind
from bot.domain.person import Person  # noqa: TC001 - the same
from bot.domain.restriction import ANYWHERE, Restriction
from bot.domain.via import Named  # noqa: TC001 - the same
from bot.languages.words import N_

GRACE = timedelta(hours=24)
NEVER = datetime.max.replace(tzinfo=UTC)


class State(StrEnum):
    """Where a request stands."""

    PENDING = N_("pending")
    APPROVED = N_("approved")
    PROVISIONING = N_("provisioning")
    ACTIVE = N_("active")
    FAILED = N_("failed")
    DENIED = N_("denied")
    WITHDRAWN = N_("withdrawn")
    LAPSED = N_("lapsed")
    EXPIRED = N_("expired")
    REVOKED = N_("revoked")


FINISHED = frozenset({State.DENIED, State.WITHDRAWN, State.LAPSED, State.EXPIRED, State.REVOKED})
GRANTING = frozenset({State.APPROVED, State.PROVISIONING})
# A key that is live, or is being made: it counts against quotas.
HELD = GRANTING | {State.ACTIVE}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """A key that was there before the bot, as Google names it; `replaced`: it gets a successor at once."""

    key_id: str
    name: str = ""
    replaced: bool = False


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
    adopted: Adopted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRequest:
    """One request for one key, from the form to the key's end.

    `version` counts writes; `run` counts the workers that took it up, so that a worker
    that was thought dead cannot write any more; `rotation` names the key (`r1`, `r2`), and
    `spent` is the highest number that was ever tried, when that is another one; an `adopted` key is `r0`;
    `escalated` counts the later groups of approvers that were called so far; `held` are the
    requester's live keys, and `unusual` what stood out, when the request was sent; `via` is what asked in
    the requester's name, None when he did it himself.
    """

    id: str
    requester: Person
    project_id: str
    environment: str
    purpose: str
    lifetime: timedelta
    requested_at: datetime
    lapses_at: datetime = NEVER
    approvals_needed: int = 1
    billing_required: bool = False
    step_up: bool = False
    rule: str = ""
    via: Named | None = None
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
    adopted: Adopted | None = None

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
    handover_failure: Failure | None = None
    reminded: int = 0
    warned: int = 0
    # Computed when it was sent, where the policy has business hours; `opens_at`: approvers were not there.
    reminds_at: tuple[datetime, ...] = ()
    opens_at: datetime | None = None
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
            adopted=self.adopted,
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
    def lived(self) -> bool:
        """Whether it ever had a key that was its holder's."""
        return bool(self.live_since or self.leak or self.undone)

    @property
    def in_place(self) -> bool:
        """Whether the adopted key is the one: its text stays where its programs have it, in no secret."""
        return self.rotation == 0

    @property
    def has_key(self) -> bool:
        """Whether there is a key: in the secret, or an adopted one that has no successor yet."""
        return bool(self.secret_version) or self.in_place or any(not old.rotation for old in self.retiring)

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
