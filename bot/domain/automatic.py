"""Rules that decide by themselves: a no wins over every yes, and a yes has a cap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from bot.domain.globs import overlap
from bot.domain.kinds import Kind
from bot.domain.policy_terms import EnvironmentName, Rules, Span, UsergroupId, UserId

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from bot.domain.key_request import Draft

Glob = Annotated[str, Field(pattern=r"^[a-z0-9*?-]{1,63}$")]


class Rule(Rules):
    """What is approved or denied without asking anybody; what a rule does not name, it does not look at.

    A rule that approves gives one person at most `most` keys `within` a time.
    """

    name: str = Field(min_length=1, max_length=60)
    decide: Literal["approve", "deny"]
    projects: tuple[Glob, ...] = ()
    environments: tuple[EnvironmentName, ...] = ()
    users: frozenset[UserId] = frozenset()
    usergroups: tuple[UsergroupId, ...] = ()
    longest: Span | None = None
    most: int | None = Field(default=None, ge=1, le=100)
    within: Span | None = None
    because: str = Field(default="", max_length=200)

    def names(self, user_id: str, groups: AbstractSet[str]) -> bool:
        """Tell whether the rule is about this person, who is in these user groups."""
        anybody = not self.users and not self.usergroups
        return anybody or user_id in self.users or not groups.isdisjoint(self.usergroups)

    def covers(self, project_id: str, environment: str) -> bool:
        """Tell whether the rule is about this project, or some that a pattern stands for, and environment."""
        there = not self.projects or any(overlap(project_id, glob) for glob in self.projects)
        return there and (not self.environments or environment in self.environments)

    def matches(self, draft: Draft, user_id: str, groups: AbstractSet[str]) -> bool:
        """Tell whether the rule decides this request."""
        short = self.longest is None or draft.lifetime <= self.longest
        return short and self.covers(draft.project_id, draft.environment) and self.names(user_id, groups)


def denying(rules: Iterable[Rule], draft: Draft, user_id: str, groups: AbstractSet[str]) -> Rule | None:
    """Find the first rule that says no."""
    return next((r for r in rules if r.decide == "deny" and r.matches(draft, user_id, groups)), None)


def approving(
    rules: Iterable[Rule], draft: Draft, user_id: str, groups: AbstractSet[str]
) -> tuple[Rule, ...]:
    """List the rules that say yes, in the file's order; none where any rule says no.

    They speak of new keys: a role on a project, a key bound to nobody or made by others takes a person.
    """
    listed = tuple(rules)
    if draft.kind is not Kind.AUTH_KEY or draft.adopted or denying(listed, draft, user_id, groups):
        return ()
    return tuple(r for r in listed if r.decide == "approve" and r.matches(draft, user_id, groups))
