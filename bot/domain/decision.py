"""A decision about a request, a renewal or a fix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time, to make JSON of it

from bot.domain.person import Person  # noqa: TC001 - the same


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
