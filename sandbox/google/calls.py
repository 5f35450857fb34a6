"""Keep a log of every call made: who, what, how it ended; never a payload, never a key."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

KEPT = 5_000


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One finished call."""

    n: int
    at: str
    door: str
    method: str
    principal: str
    project: str
    code: str
    ms: float
    request_reason: str


class CallLog:
    """Remember the last calls, numbered from 1 without gaps."""

    def __init__(self) -> None:
        self._records: deque[CallRecord] = deque(maxlen=KEPT)
        self._count = 0

    def add(
        self,
        at: datetime,
        *,
        door: str,
        method: str,
        principal: str,
        project: str,
        code: str,
        ms: float,
        reason: str,
    ) -> None:
        """Append one call."""
        self._count += 1
        self._records.append(
            CallRecord(
                self._count, at.isoformat(), door, method, principal, project, code, round(ms, 2), reason
            )
        )

    def after(self, n: int) -> list[dict[str, Any]]:
        """List the calls with a number above `n`, oldest first."""
        return [asdict(record) for record in self._records if record.n > n]
