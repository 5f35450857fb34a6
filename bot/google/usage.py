"""Cloud Monitoring v3: how often a key was used, and with what outcome."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.names import GEMINI

if TYPE_CHECKING:
    from datetime import datetime

    from bot.google.calls import Calls

# Google: `credential_id` is a resource label, `response_code` a metric label; both lag up to 30 minutes.
FILTER = (
    'metric.type="serviceruntime.googleapis.com/api/request_count" AND resource.type="consumed_api" '
    'AND resource.labels.service="{service}" AND resource.labels.credential_id="apikey:{uid}"'
)


@dataclass(frozen=True, slots=True)
class Usage:
    """Count calls by key."""

    calls: Calls

    async def requests(self, project_id: str, key_uid: str, since: datetime, until: datetime) -> Counter[str]:
        """Count the Gemini calls made with a key, by HTTP status."""
        request = {
            "name": f"projects/{project_id}",
            "filter": FILTER.format(service=GEMINI, uid=key_uid),
            "interval": {"start_time": since, "end_time": until},
            "aggregation": {
                "alignment_period": {"seconds": 3600},
                "per_series_aligner": "ALIGN_SUM",
                "cross_series_reducer": "REDUCE_SUM",
                "group_by_fields": ["metric.labels.response_code"],
            },
        }
        counts: Counter[str] = Counter()
        async for page in self.calls.pages("MetricService/ListTimeSeries", request):
            for series in page.time_series:
                counts[series.metric.labels["response_code"]] += sum(
                    p.value.int64_value for p in series.points
                )
        return counts
