"""An approver who is away, and who stands in for him until he is back."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a dataclass field
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

LONGEST = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Who is away, who decides instead, and until when."""

    user_id: str
    deputy_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who may decide: those who are named, and who stands in for one of them (deputy → for whom)."""

    own: frozenset[str]
    deputies: Mapping[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> frozenset[str]:
        """Everybody who may."""
        return self.own | self.deputies.keys()

    def instead_of(self, user_id: str) -> str:
        """Tell for whom somebody decides; empty when for himself."""
        return "" if user_id in self.own else self.deputies.get(user_id, "")


def deciders(
    own: frozenset[str],
    direct: AbstractSet[str],
    absences: Iterable[Absence],
    requester_id: str,
    now: datetime,
) -> Deciders:
    """Add the deputies of those `direct`ly named who are away now; nobody lends a say in his own request."""
    standing = {
        absence.deputy_id: absence.user_id
        for absence in absences
        if absence.user_id in direct and absence.user_id != requester_id and absence.until > now
    }
    return Deciders(own, {deputy: whom for deputy, whom in standing.items() if deputy != requester_id})


def check(absence: Absence, direct: AbstractSet[str], now: datetime) -> None:
    """Refuse an absence that would lend what one has not, to oneself, or without an end in sight."""
    if absence.user_id not in direct:
        raise Refused(
            "Only approvers named in the policy itself have a deputy. Who approves through a user group "
            "asks its admin to add somebody."
        )
    if absence.deputy_id == absence.user_id:
        raise Refused("You can't stand in for yourself. Name somebody else.")
    if absence.until <= now:
        raise Refused("That day is over. Name the day on which you are back.")
    if absence.until - now > LONGEST:
        raise Refused("That is longer than {most} days. Name a nearer day.", most=LONGEST.days)
