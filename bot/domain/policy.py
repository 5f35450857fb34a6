"""The company's rules: who may ask for what, who decides, for how long."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_SPAN = re.compile(r"^(\d+)\s*(m|h|d)$")
LARGEST_NUMBER = 10_000
_UNIT = {"m": "minutes", "h": "hours", "d": "days"}


def span(value: object) -> object:
    """Read `30d`, `8h` or `45m`."""
    if isinstance(value, str):
        match = _SPAN.match(value.strip())
        if not match:
            raise ValueError("write a time span as a number with m, h or d, for example 30d")
        number = int(match[1])
        if number > LARGEST_NUMBER:
            raise ValueError(f"that is longer than {LARGEST_NUMBER}{match[2]}")
        return timedelta(**{_UNIT[match[2]]: number})
    return value


Span = Annotated[timedelta, BeforeValidator(span), Field(gt=timedelta(0))]
UserId = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]+$")]
ProjectId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")]
# Google: a label's value; every secret is labelled with its environment.
EnvironmentName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Company(_Rules):
    """Who belongs: e-mail domains whose people may hold a key."""

    domains: frozenset[Annotated[str, AfterValidator(str.lower)]] = Field(min_length=1)


class Approvers(_Rules):
    """Who may decide: named people, a chat user group, or both. Nobody named means nobody."""

    users: frozenset[UserId] = frozenset()
    usergroup: str = Field(default="", pattern=r"^(S[A-Z0-9]+)?$")

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not self.users and not self.usergroup:
            raise ValueError("name at least one of users and usergroup")
        return self


class Approval(_Rules):
    """Where the cards go and when an undecided request is over."""

    channel: str = Field(pattern=r"^[CG][A-Z0-9]+$")
    lapse_after: Span = timedelta(hours=8)
    approvers: Approvers


class Environment(_Rules):
    """What may be asked for in `dev`, `prod` or whatever the company calls it."""

    lifetimes: tuple[Span, ...] = Field(min_length=1, max_length=10)
    approvals: int = Field(default=1, ge=1, le=5)
    billing_required: bool = False
    confirm: bool = False


class Project(_Rules):
    """A Google Cloud project that keys may live in."""

    id: ProjectId
    environments: tuple[str, ...] = Field(min_length=1)


class Fixes(_Rules):
    """What `why-403` may mend beyond keys. No billing account named: billing is never linked."""

    billing_account: str = Field(default="", pattern=r"^(billingAccounts/[0-9A-F]{6}(-[0-9A-F]{6}){2})?$")


class Policy(_Rules):
    """All rules, as the policy file states them."""

    company: Company
    approval: Approval
    environments: dict[EnvironmentName, Environment] = Field(min_length=1, max_length=10)
    projects: tuple[Project, ...] = Field(min_length=1)
    fixes: Fixes = Fixes()

    @model_validator(mode="after")
    def _environments_exist(self) -> Self:
        for number, project in enumerate(self.projects):
            for name in project.environments:
                if name not in self.environments:
                    known = ", ".join(self.environments)
                    raise PolicyProblem(
                        ("projects", number, "environments"),
                        f"environment {name!r} is not defined; there is {known}",
                    )
            if any(other.id == project.id for other in self.projects[:number]):
                raise PolicyProblem(("projects", number, "id"), f"project {project.id!r} is listed twice")
        return self

    def project(self, project_id: str) -> Project | None:
        """Find a project that keys may live in."""
        return next((project for project in self.projects if project.id == project_id), None)


class PolicyProblem(ValueError):  # noqa: N818 - it names a place to mend
    """A contradiction between two places of the file; `loc` is the place to mend."""

    def __init__(self, loc: tuple[str | int, ...], message: str) -> None:
        """Say what is wrong and where."""
        super().__init__(message)
        self.loc = loc
