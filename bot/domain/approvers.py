"""Who may decide: groups of people, and the order in which they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import model_validator

from bot.domain.policy_terms import ChannelId, Rules, Span, UsergroupId, UserId

if TYPE_CHECKING:
    from collections.abc import Iterator


class Approvers(Rules):
    """Who may decide: named people, chat user groups, or both. Nobody named means nobody."""

    users: frozenset[UserId] = frozenset()
    usergroup: UsergroupId | None = None
    usergroups: tuple[UsergroupId, ...] = ()

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not self.users and not self.groups:
            raise ValueError("name at least one of users, usergroup and usergroups")
        return self

    @property
    def groups(self) -> tuple[str, ...]:
        """All user groups, `usergroup` first."""
        first = (self.usergroup,) if self.usergroup else ()
        return (*first, *self.usergroups)


class Escalation(Approvers):
    """Who may decide as well, once nobody did for so long; the card goes to `channel` too."""

    after: Span
    channel: ChannelId | None = None


class Route(Rules):
    """Who is called for one project and environment: somebody at once, others after silence.

    With a `step_up` group one approval more is needed, and one of all must be that group's.
    """

    first: Approvers
    owners: frozenset[UserId] = frozenset()
    step_up: Approvers | None = None
    later: tuple[Escalation, ...] = ()

    def called(self, escalated: int) -> Iterator[Approvers]:
        """List the groups that may decide after so many escalations, first to last."""
        yield self.first
        if self.owners:
            yield Approvers(users=self.owners)
        if self.step_up:
            yield self.step_up
        yield from self.later[:escalated]

    @property
    def everybody(self) -> Iterator[Approvers]:
        """List all groups that could ever decide."""
        return self.called(len(self.later))
