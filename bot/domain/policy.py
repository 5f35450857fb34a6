"""The company's rules: who may ask for what, who decides, for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, PrivateAttr

from bot.domain import globs
from bot.domain.approvers import Approvers, Escalation, Route
from bot.domain.automatic import Rule
from bot.domain.emergency import BreakGlass
from bot.domain.hours import Hours
from bot.domain.idle import Idleness
from bot.domain.kinds import Kind
from bot.domain.new_projects import NewProjects
from bot.domain.policy_terms import (
    ChannelId,
    EnvironmentName,
    Language,
    ProjectPattern,
    Rules,
    Span,
    UserId,
    regex,
)
from bot.domain.restriction import Demand
from bot.domain.role_grants import RoleGrants
from bot.languages.catalogues import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class Company(Rules):
    """Who belongs: e-mail domains whose people may hold a key."""

    domains: frozenset[Annotated[str, AfterValidator(str.lower)]] = Field(min_length=1)


class Approval(Rules):
    """Where the cards go and when an undecided request is over."""

    channel: ChannelId
    lapse_after: Span = timedelta(hours=8)
    approvers: Approvers
    escalation: tuple[Escalation, ...] = Field(default=(), max_length=5)
    hours: Hours | None = None

    def after(self, at: datetime, span: timedelta) -> datetime:
        """Tell when people have had so much time, which runs in business hours only where there are any."""
        return self.hours.after(at, span) if self.hours else at + span

    def lapses_at(self, at: datetime) -> datetime:
        """Tell when a request is over that nobody decides."""
        return self.after(at, self.lapse_after)

    def opens_at(self, at: datetime) -> datetime | None:
        """Tell when approvers are back; None while they are there."""
        opening = self.hours.opening(at) if self.hours else at
        return opening if opening > at else None


class Idle(Rules):
    """When a holder is asked whether a key is still needed. Google keeps usage for six weeks."""

    after: Span = Field(default=timedelta(days=30), le=timedelta(days=40))
    answer_within: Span = timedelta(days=7)
    on_silence: Literal["keep", "revoke"] = "keep"

    def begun(self) -> Idleness:
        """Write the rule on a request, which it is for as long as the request lives."""
        return Idleness(
            after=self.after, answer_within=self.answer_within, revokes=self.on_silence == "revoke"
        )


class Environment(Rules):
    """What may be asked for in `dev`, `prod` or whatever the company calls it."""

    lifetimes: tuple[Span, ...] = Field(min_length=1, max_length=10)
    approvals: int = Field(default=1, ge=1, le=5)
    billing_required: bool = False
    confirm: bool = False
    # Who may ask; nobody named: every full member with a company account.
    requesters: Approvers | None = None
    # What a purpose must hold, like the number of a ticket, and the words that say so to people.
    purpose_pattern: Annotated[str, AfterValidator(regex)] = ""
    purpose_hint: str = Field(default="", max_length=100)
    approvers: Approvers | None = None
    step_up: Approvers | None = None
    restriction: Demand = "none"
    # Every key gets a successor so often; the old one stays for `rotation_grace`, and until it is unused.
    rotate_every: Span | None = None
    rotation_grace: Span = timedelta(hours=24)
    # The owner's own Undo of a revocation; of somebody else's it always takes an approver.
    undo_needs_approver: bool = False
    idle: Idle | None = None


class Project(Rules):
    """A Google Cloud project that keys may live in, or a pattern that stands for all that the bot can see."""

    id: Annotated[ProjectPattern, AfterValidator(globs.checked)]
    environments: tuple[str, ...] = Field(min_length=1)
    requesters: Approvers | None = None
    approvers: Approvers | None = None
    owners: frozenset[UserId] = frozenset()
    live_keys: int | None = Field(default=None, ge=1, le=300)


class Quotas(Rules):
    """How many live keys there may be. Google: a project has room for 300."""

    per_person: int | None = Field(default=None, ge=1, le=300)
    per_project: int = Field(default=300, ge=1, le=300)


class Fixes(Rules):
    """What `why-403` may mend beyond keys. No billing account named: billing is never linked."""

    billing_account: str = Field(default="", pattern=r"^(billingAccounts/[0-9A-F]{6}(-[0-9A-F]{6}){2})?$")


class Kinds(Rules):
    """What may be asked for beside a key bound to a service account, which always may."""

    vertex: bool = False
    standard_key: bool = False

    @property
    def allowed(self) -> frozenset[Kind]:
        """List the kinds that may be asked for."""
        switched = {Kind.VERTEX: self.vertex, Kind.STANDARD_KEY: self.standard_key}
        return frozenset({Kind.AUTH_KEY, *(kind for kind, on in switched.items() if on)})


class Policy(Rules):
    """All rules, as the policy file states them. No admins named: the approvers are."""

    company: Company
    approval: Approval
    environments: dict[EnvironmentName, Environment] = Field(min_length=1, max_length=10)
    projects: tuple[Project, ...] = Field(min_length=1)
    rules: tuple[Rule, ...] = Field(default=(), max_length=100)
    quotas: Quotas = Quotas()
    break_glass: BreakGlass | None = None
    fixes: Fixes = Fixes()
    kinds: Kinds = Kinds()
    new_projects: NewProjects | None = None
    roles: RoleGrants = RoleGrants()
    admins: Approvers | None = None
    languages: dict[ChannelId, Language] = Field(default_factory=dict)
    _written: tuple[Project, ...] = PrivateAttr(default=())

    def needed(self, environment: str) -> int:
        """Tell how many must say yes there; a step-up group's yes comes on top."""
        rules = self.environments[environment]
        return rules.approvals + (1 if rules.step_up else 0)

    def most_needed(self, project_id: str, environment: str = "") -> int:
        """Tell how many must say yes to what concerns an environment; none named: all of the project's."""
        return max(map(self.needed, self._concerned(project_id, environment)), default=1)

    def step_ups(self, project_id: str, environment: str = "") -> tuple[Approvers, ...]:
        """List the groups of which one must say yes to that, too."""
        groups = (self.environments[name].step_up for name in self._concerned(project_id, environment))
        return tuple(group for group in groups if group)

    def _concerned(self, project_id: str, environment: str) -> tuple[str, ...]:
        project = self.project(project_id)
        named = (environment,) if environment else project.environments if project else ()
        return tuple(name for name in named if name in self.environments)

    @property
    def channels(self) -> frozenset[str]:
        """Name every channel that the bot writes in."""
        later = (group.channel for group in self.approval.escalation)
        return frozenset({self.approval.channel, *(channel for channel in later if channel)})

    def language(self, channel: str) -> str:
        """Name the language of a channel; people are spoken to in their own."""
        return self.languages.get(channel, SOURCE)

    def project(self, project_id: str) -> Project | None:
        """Find a project that keys may live in."""
        return next((project for project in self.projects if project.id == project_id), None)

    @property
    def has_patterns(self) -> bool:
        """Whether some of its projects are known only once Google is asked which there are."""
        return any(globs.is_pattern(project.id) for project in self.projects)

    def entry(self, project_id: str) -> int | None:
        """Tell which entry a project falls under: its own, else the longest pattern."""
        return globs.winner([project.id for project in self.projects], project_id)

    def over(self, visible: Iterable[str]) -> Policy:
        """Put the projects that the bot can see in the place of the patterns that they fall under."""
        listed = [project for project in self.projects if not globs.is_pattern(project.id)]
        known = {project.id for project in listed}
        for project_id in sorted({*visible} - known):
            place = self.entry(project_id)
            if place is not None:
                listed.append(self.projects[place].model_copy(update={"id": project_id}))
        over = self.model_copy(update={"projects": tuple(listed)})
        over._written = self._written or self.projects  # noqa: SLF001 - a copy of its own
        return over

    @property
    def written(self) -> Policy:
        """Give the policy with the patterns that the file names."""
        return self.model_copy(update={"projects": self._written or self.projects})

    @property
    def direct(self) -> frozenset[str]:
        """List the people who are named as approvers themselves, wherever that is."""
        groups = (
            group for p in self.projects for e in p.environments for group in self.route(p.id, e).everybody
        )
        return frozenset[str]().union(*(group.users for group in groups), self.approval.approvers.users)

    def requesters(self, project_id: str, environment: str) -> Approvers | None:
        """Tell who may ask there: the project's own people, else its environment's; None: everybody."""
        project, rules = self.project(project_id), self.environments.get(environment)
        return (project.requesters if project else None) or (rules.requesters if rules else None)

    def route(self, project_id: str, environment: str = "") -> Route:
        """Tell who decides there: the project's own approvers, else its environment's, else the company's."""
        project, rules = self.project(project_id), self.environments.get(environment)
        own = (project.approvers if project else None) or (rules.approvers if rules else None)
        return Route(
            first=own or self.approval.approvers,
            owners=project.owners if project else frozenset(),
            step_up=rules.step_up if rules else None,
            later=self.approval.escalation,
        )
