"""Count calls as Google's rate quotas do: reads and writes of API Keys, in the project that the caller is of.

Google: API Keys API, 240 read and 120 write requests a minute and project; polling an operation is neither.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.google.errors import Refusal, error_info, help_link

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.google.reflect import Rpc

API_KEYS = "google.api.apikeys.v2.ApiKeys"
HOST = "apikeys.googleapis.com"
WRITES = frozenset({"CreateKey", "DeleteKey", "UndeleteKey", "UpdateKey"})
UNLIMITED = 1_000_000
SETTINGS = "GEMINI_KEY_BOT_QUOTAS__"


@dataclass(frozen=True, slots=True)
class Quotas:
    """How many calls Google takes in any `minute`, which a test may let pass more quickly."""

    key_reads: int = 240
    key_writes: int = 120
    minute: timedelta = timedelta(minutes=1)

    @classmethod
    def none(cls) -> Quotas:
        """Take as many calls as come."""
        return cls(UNLIMITED, UNLIMITED)

    def environment(self) -> dict[str, str]:
        """Tell the bot what is other than Google's own."""
        if self == Quotas():
            return {}
        return {
            f"{SETTINGS}KEY_WRITES": str(self.key_writes),
            f"{SETTINGS}MINUTE": f"{self.minute.total_seconds():g}",
        }


class Meter:
    """Remember when each project's calls were taken, as long as they count, and how many were refused."""

    def __init__(self, quotas: Quotas, clock: Callable[[], datetime]) -> None:
        """Count by a clock."""
        self._quotas = quotas
        self._clock = clock
        self.refused = 0
        self._taken: dict[tuple[int, bool], deque[datetime]] = defaultdict(deque)

    def count(self, rpc: Rpc, project_number: int) -> None:
        """Take a call into account, or refuse it: any minute that ends now has room for it, or not."""
        if rpc.service != API_KEYS:
            return
        writes = rpc.method in WRITES
        most = self._quotas.key_writes if writes else self._quotas.key_reads
        taken, now = self._taken[project_number, writes], self._clock()
        while taken and taken[0] <= now - self._quotas.minute:
            taken.popleft()
        if len(taken) >= most:
            self.refused += 1
            raise rate_exceeded("Write" if writes else "Read", most, project_number)
        taken.append(now)


def rate_exceeded(kind: str, most: int, project_number: int) -> Refusal:
    """Refuse because the project has called too often within a minute."""
    metric, limit = f"{kind} requests", f"{kind} requests per minute"
    message = (
        f"Quota exceeded for quota metric '{metric}' and limit '{limit}' of service '{HOST}' "
        f"for consumer 'project_number:{project_number}'."
    )
    info = error_info(
        "RATE_LIMIT_EXCEEDED",
        consumer=f"projects/{project_number}",
        service=HOST,
        quota_metric=f"{HOST}/{kind.lower()}_requests",
        quota_limit=f"{kind}RequestsPerMinutePerProject",
        quota_limit_value=str(most),
        quota_location="global",
    )
    url = "https://cloud.google.com/docs/quotas/help/request_increase"
    return Refusal("RESOURCE_EXHAUSTED", message, info, help_link("Request a higher quota limit.", url))
