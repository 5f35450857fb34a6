"""Cloud Monitoring v3: when each key of a project was called last, in one question for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.key_uses import DAY, SPAN, KeyUses
from bot.google.key_survey import CREDENTIAL, FILTER, SERIES

if TYPE_CHECKING:
    from datetime import datetime

    from bot.google.calls import Calls


@dataclass(frozen=True, slots=True)
class KeyUsesReader:
    """Reads only; a day at a time, as 300 keys by the hour are more points than a page holds."""

    calls: Calls

    async def of(self, project_id: str, now: datetime) -> KeyUses:
        """Read all keys' last days with a call."""
        request = {
            "name": f"projects/{project_id}",
            "filter": FILTER,
            "interval": {"start_time": now - SPAN, "end_time": now},
            "aggregation": {
                "alignment_period": DAY,
                "per_series_aligner": "ALIGN_SUM",
                "cross_series_reducer": "REDUCE_SUM",
                "group_by_fields": [f"resource.labels.{CREDENTIAL}"],
            },
        }
        last: dict[str, datetime] = {}
        async for page in self.calls.pages(SERIES, request):
            for series in page.time_series:
                ends = [point.interval.end_time for point in series.points if point.value.int64_value]
                if ends:
                    last[series.resource.labels[CREDENTIAL].removeprefix("apikey:")] = max(ends)
        return KeyUses(project_id=project_id, at=now, last=last)
