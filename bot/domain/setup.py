"""The life of a setup: a checklist of what a project still lacks, worked off by people and by the bot.

`looking → waiting | ready`, and back to `looking` at every press.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - read at run time, to make JSON of it
from dataclasses import dataclass, field, replace
from datetime import datetime  # noqa: TC003 - the same
from enum import StrEnum

from bot.domain.person import Person  # noqa: TC001 - the same
from bot.domain.repair import Offer  # noqa: TC001 - the same
from bot.errors import Conflict

PREFIX = "SET-"
# What the asker lacks himself: worth knowing, and in the way of no key.
BY_HAND = "by-hand"
STEPS = ("project", "billing", "apis", "account", "org-policy", "permissions", "trial", BY_HAND)
# Marks of a check that leave nothing to do before keys can be made.
PASSED = frozenset({"ok", "warning"})


class State(StrEnum):
    """Where a setup stands."""

    LOOKING = "looking"
    WAITING = "waiting"
    READY = "ready"


class Help(StrEnum):
    """What the bot can do itself."""

    ENABLE_APIS = "enable-apis"
    LINK_BILLING = "link-billing"
    CREATE_ACCOUNT = "create-account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the list: sentences that can still be translated, and what the bot offers to do.

    `mark` is ok, warning, problem or could-not-tell.
    """

    step: str
    mark: str
    title: str = ""
    evidence: str = ""
    fix: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    who: tuple[str, ...] = ()
    help: Help | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """One project on its way to be ready. `agreed` are those who pressed a help that needs more presses.

    `offer` are roles for some hours, for who asked and lacks them.

    With `step_up` one of them must be of a step-up group; `stepped_up` are the helps where one was.
    """

    id: str
    requester: Person
    project_id: str
    requested_at: datetime
    services: tuple[str, ...] = ()
    approvals_needed: int = 1
    step_up: bool = False

    state: State = State.LOOKING
    checks: tuple[Check, ...] = ()
    helping: Help | None = None
    agreed: tuple[tuple[Help, str], ...] = ()
    stepped_up: tuple[Help, ...] = ()
    run: int = 0
    failed_runs: int = 0
    next_run_at: datetime | None = None
    looked_at: datetime | None = None
    offer: Offer | None = None

    @property
    def team_id(self) -> str:
        """The workspace that the setup lives in."""
        return self.requester.team_id

    def due_at(self) -> datetime | None:
        """When a worker must look at it, None when it waits for a person."""
        return self.next_run_at

    def offers(self, wanted: Help) -> bool:
        """Tell whether the list, as last seen, offers this help."""
        return any(check.help is wanted for check in self.checks)

    def agreeing(self, wanted: Help) -> tuple[str, ...]:
        """List who has pressed for this help so far."""
        return tuple(user_id for pressed, user_id in self.agreed if pressed is wanted)


def press(setup: Setup, wanted: Help, by: Person, at: datetime, *, step_up: bool = False) -> Setup:
    """Ask for help; the last press needed sets the worker going."""
    if setup.state is State.LOOKING:
        raise Conflict("I'm still looking at {project}.", project=setup.project_id)
    if not setup.offers(wanted):
        raise Conflict("That is done, or can't be done by me any more. Press Check again.")
    if by.user_id in setup.agreeing(wanted):
        raise Conflict("You have already agreed. It still needs somebody else.")
    agreed = (*setup.agreed, (wanted, by.user_id))
    stepped_up = (*setup.stepped_up, wanted) if step_up else setup.stepped_up
    pressed = replace(setup, agreed=agreed, stepped_up=stepped_up)
    if len(pressed.agreeing(wanted)) < setup.approvals_needed:
        return pressed
    if setup.step_up and wanted not in stepped_up:
        raise Conflict("{id} still needs a yes of its environment's step-up group.", id=setup.id)
    return replace(
        setup,
        state=State.LOOKING,
        helping=wanted,
        agreed=(),
        stepped_up=(),
        next_run_at=at,
        failed_runs=0,
    )


def again(setup: Setup, at: datetime) -> Setup:
    """Look again; looking already counts as done."""
    if setup.state is State.LOOKING:
        return setup
    return replace(setup, state=State.LOOKING, next_run_at=at, failed_runs=0)


def take_up(setup: Setup, until: datetime) -> Setup:
    """Let a worker start; whoever had it before can no longer write."""
    if setup.state is not State.LOOKING:
        raise Conflict("{id} is not waiting for work.", id=setup.id)
    return replace(setup, run=setup.run + 1, next_run_at=until)


def put_off(setup: Setup, until: datetime) -> Setup:
    """Stop for now and try again at `until`."""
    return replace(setup, next_run_at=until, failed_runs=setup.failed_runs + 1)


def await_turn(setup: Setup, until: datetime) -> Setup:
    """Stop until it is this one's turn at Google: no run has failed."""
    return replace(setup, next_run_at=until)


def looked(setup: Setup, checks: tuple[Check, ...], at: datetime, offer: Offer | None = None) -> Setup:
    """Write down what was seen; ready is a project where nothing is left to do and a key was seen to work."""
    steps = {check.step for check in checks}
    ready = "trial" in steps and all(check.mark in PASSED for check in checks if check.step != BY_HAND)
    return replace(
        setup,
        state=State.READY if ready else State.WAITING,
        checks=checks,
        helping=None,
        failed_runs=0,
        next_run_at=None,
        looked_at=at,
        offer=offer,
    )
