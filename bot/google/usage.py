"""Cloud Monitoring v3: how often a key was used, when, and with what outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.names import GEMINI
from bot.domain.usage import HOUR, HourlyCalls, KeyUsage

if TYPE_CHECKING:
    from collections import Counter
    from datetime import datetime

    from bot.google.calls import Calls

# Google: `credential_id` is a resource label, `response_code` a metric label; both lag up to 30 minutes.
FILTER = (
    'metric.type="serviceruntime.googleapis.com/api/request_count" AND resource.type="consumed_api" '
    'AND resource.labels.credential_id="apikey:{uid}"'
)


@dataclass(frozen=True, slots=True)
class Usage:
    """Count calls by key."""

    calls: Calls

    async def requests(
        self, project_id: str, key_uid: str, since: datetime, until: datetime, service: str = GEMINI
    ) -> Counter[str]:
        """Count the calls made with a key, by HTTP status; no service named: those to all of them."""
        return (await self._read(project_id, key_uid, since, until, service)).by_status()

    async def history(
        self, project_id: str, key_uid: str, since: datetime, until: datetime, service: str = GEMINI
    ) -> KeyUsage:
        """Count them by the hour too; the periods are whole hours, because they end with one."""
        whole = await self._read(project_id, key_uid, since, _full_hour(until), service)
        return replace(whole, until=until)

    async def _read(
        self, project_id: str, key_uid: str, since: datetime, until: datetime, service: str
    ) -> KeyUsage:
        of_service = f' AND resource.labels.service="{service}"' if service else ""
        request = {
            "name": f"projects/{project_id}",
            "filter": FILTER.format(uid=key_uid) + of_service,
            "interval": {"start_time": since, "end_time": until},
            "aggregation": {
                "alignment_period": HOUR,
                "per_series_aligner": "ALIGN_SUM",
                "cross_series_reducer": "REDUCE_SUM",
                "group_by_fields": ["metric.labels.response_code"],
            },
        }
        found = [
            HourlyCalls(
                # Periods end with the interval; a point of a DELTA metric may begin a moment late.
                hour=point.interval.end_time - HOUR,
                status=series.metric.labels["response_code"],
                count=point.value.int64_value,
            )
            async for page in self.calls.pages("MetricService/ListTimeSeries", request)
            for series in page.time_series
            for point in series.points
            if point.value.int64_value
        ]
        return KeyUsage(since=since, until=until, calls=tuple(found))


def _full_hour(moment: datetime) -> datetime:
    """Round up to the next full hour."""
    begun = moment.replace(minute=0, second=0, microsecond=0)
    return begun if begun == moment else begun + timedelta(hours=1)
