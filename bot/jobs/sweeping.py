"""Find due records without a job: whatever was lost on the way is found here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

import structlog

from bot.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime

log = structlog.get_logger(__name__)

Record = TypeVar("Record")
Read_co = TypeVar("Read_co", covariant=True)
Woken_contra = TypeVar("Woken_contra", contravariant=True)


class Records(Protocol[Read_co]):
    """Where records of one kind are kept."""

    async def due(self, team_id: str, now: datetime) -> list[str]:
        """List ids of those that somebody must look at."""

    async def get(self, team_id: str, record_id: str, /) -> Read_co:
        """Read one, or raise `NotFound`."""


class Waking(Protocol[Woken_contra]):
    """The way to the workers."""

    async def wake(self, record: Woken_contra, /) -> None:
        """Tell a worker; never fails."""


async def wake_due(records: Records[Record], queue: Waking[Record], team_id: str, until: datetime) -> None:
    """Wake each; a record that cannot be read must not keep the others asleep."""
    for record_id in await records.due(team_id, until):
        try:
            await queue.wake(await records.get(team_id, record_id))
        except (NotFound, ValueError) as error:
            log.error("sweep.unreadable", team=team_id, record=record_id, kind=type(error).__name__)  # noqa: TRY400
