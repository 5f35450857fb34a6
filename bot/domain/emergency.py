"""Break-glass: who may take a key without asking, how briefly and how often."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from bot.domain.approvers import Approvers
from bot.domain.automatic import Rule
from bot.domain.policy_terms import Span  # noqa: TC001 - pydantic reads it at run time

NAME = "break-glass"


class BreakGlass(Approvers):
    """Who may, for how long a key lives then, and how many one person may take within a time."""

    lifetime: Span = Field(default=timedelta(hours=4), le=timedelta(days=1))
    most: int = Field(default=1, ge=1, le=10)
    within: Span = timedelta(days=7)

    def as_rule(self) -> Rule:
        """Count it as a rule's use is counted."""
        return Rule(name=NAME, decide="approve", most=self.most, within=self.within)
