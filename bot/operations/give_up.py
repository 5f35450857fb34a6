"""Give a workspace up: forget the token to speak there, and end what it has open; its records stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from bot.domain import installation
from bot.domain.audit import Event
from bot.domain.installation import ID
from bot.domain.key_request import State
from bot.domain.leaving import GIVEN_UP
from bot.domain.person import operator
from bot.operations import offboard
from bot.operations.offboard import ALL, Seen, see_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.installation import Installation
    from bot.operations.desk import Jobs
    from bot.operations.install import Installations

# Whatever somebody must look at some time is due before it.
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


class Requests(offboard.Records, Protocol):
    """Where requests are kept."""

    async def due(self, team_id: str, now: datetime, limit: int) -> list[str]:
        """List ids of those that somebody must look at until then; what is open always is among them."""


@dataclass(frozen=True, slots=True)
class Closer:
    """What a command line has of a desk."""

    requests: Requests
    jobs: Jobs
    now: Callable[[], datetime]


async def forget(installations: Installations, team_id: str, now: datetime) -> Installation:
    """Forget the token, for which no sealing key is needed; the Slack role closes the workspace by itself."""
    event = Event(at=now, by=operator(team_id).user_id, verb="forget-workspace")
    return await installations.edit(team_id, ID, installation.remove, event)


async def end_all(closer: Closer, team_id: str) -> Seen:
    """Stop what is being made, take every live key away; what nobody has decided lapses by itself."""
    done: dict[str, list[str]] = {"closed": [], "revoked": []}
    for request_id in await closer.requests.due(team_id, END_OF_TIME, ALL):
        seen = await closer.requests.get(team_id, request_id)
        if seen.state is State.PENDING:
            continue
        if what := await see_to(closer, seen, operator(team_id), None, GIVEN_UP):
            done[what].append(request_id)
    return Seen(closed=tuple(done["closed"]), revoked=tuple(done["revoked"]))
