"""Keep trigger_ids: three seconds, one use (Slack: views.open errors)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.slack.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

LIFETIME = 3.0
KEPT = 1_000


@dataclass(slots=True)
class Trigger:
    """The right to open one modal for one user, shortly after that user acted."""

    user: str
    issued: float
    view_id: str | None = None
    used: bool = False


@dataclass(slots=True)
class Triggers:
    """Issue trigger_ids with each interaction and exchange each of them once."""

    clock: Callable[[], float]
    issued: dict[str, Trigger] = field(default_factory=dict)

    def issue(self, user: str, view_id: str | None = None) -> str:
        """Return a new trigger_id, e.g. 7310.4411.9f86d0; `view_id` is the modal it was born in."""
        number = secrets.randbelow(9_000) + 1_000
        trigger_id = f"{number}.{int(self.clock() * 1000)}.{secrets.token_hex(16)}"
        self.issued[trigger_id] = Trigger(user, self.clock(), view_id)
        if len(self.issued) > KEPT:
            del self.issued[next(iter(self.issued))]
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Use a trigger up; ApiError invalid_, exchanged_ or expired_trigger_id."""
        trigger = self.issued.get(trigger_id)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if self.clock() - trigger.issued > LIFETIME:
            raise ApiError("expired_trigger_id")
        trigger.used = True
        return trigger
