"""The way to the workers for questions and repairs: docket, on the same Redis."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from redis.exceptions import RedisError

from bot.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from docket import Docket

    from bot.diagnosis.case import Case
    from bot.domain.lookup import Lookup
    from bot.domain.repair import Repair

EXPLAIN, MEND, LOOK_UP = "explain", "mend", "look-up"
# Whatever is due later than this is left to the sweep.
SOON = timedelta(minutes=1)

log = structlog.get_logger(__name__)


async def _elsewhere(team_id: str, name: str) -> None:
    """Stand for the tasks where they are only sent from; a worker puts its own in this place."""
    raise RuntimeError("this runs in a worker, not here")


class CaseQueue:
    """Sends questions, which nobody but the asker misses, and wake-ups for repairs, which the sweep finds."""

    def __init__(self, docket: Docket, now: Callable[[], datetime]) -> None:
        """Use an open docket, which sends nothing that it has no function for."""
        self._docket = docket
        self._now = now
        docket.register(_elsewhere, names=[EXPLAIN, MEND, LOOK_UP])

    async def ask(self, case: Case) -> None:
        """Have a case answered; raises `Unavailable` when it could not be sent."""
        await self._send(EXPLAIN, case)

    async def look_up(self, lookup: Lookup) -> None:
        """Have a lookup answered; raises `Unavailable` when it could not be sent."""
        await self._send(LOOK_UP, lookup)

    async def _send(self, task: str, question: Case | Lookup) -> None:
        try:
            key = f"{task}:{question.team_id}:{question.id}:{question.asked_at.timestamp():.3f}"
            await self._docket.add(task, key=key)(question.team_id, question.id)
        except (RedisError, OSError) as error:
            raise Unavailable(
                "I couldn't reach my memory (Redis: {kind}). Please try again in a minute.",
                kind=type(error).__name__,
            ) from None

    async def wake(self, repair: Repair, at: datetime | None = None) -> None:
        """Have a repair attended to when it is due, or at `at`; the sweep finds what is lost."""
        due_at = at or repair.due_at()
        if due_at is None or due_at > self._now() + SOON:
            return
        key = f"{MEND}:{repair.team_id}:{repair.id}:{due_at.timestamp():.3f}"
        try:
            await self._docket.add(MEND, when=due_at, key=key)(repair.team_id, repair.id)
        except (RedisError, OSError) as error:
            log.warning("wake.lost", repair=repair.id, kind=type(error).__name__)
