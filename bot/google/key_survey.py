"""Every key of a project with what is known of it: API Keys v2 by REST, and Monitoring for all at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.domain import names
from bot.domain.restriction import Restriction
from bot.domain.survey import IDLE, FoundKey
from bot.errors import GoogleError
from bot.google.rest_call import RestCall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.google.calls import Calls

LIST, SERIES = "ApiKeys/ListKeys", "MetricService/ListTimeSeries"
FILTER = 'metric.type="serviceruntime.googleapis.com/api/request_count" AND resource.type="consumed_api"'
CREDENTIAL, SERVICE = "credential_id", "service"
# The calls of each key uid to each API.
Used = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class KeySurvey:
    """Reads only; by REST, as only REST knows `serviceAccountEmail`."""

    calls: Calls

    async def keys(self, project_id: str, now: datetime) -> list[FoundKey]:
        """List the living keys of a project; usage that cannot be read is not zero."""
        try:
            used: Used | None = await self._usage(project_id, now)
        except GoogleError:
            used = None
        return [_found(key, used) for key in await self._list(project_id)]

    async def _list(self, project_id: str) -> list[dict[str, Any]]:
        base = self.calls.clients.endpoints.apikeys_rest
        url = f"{base}/v2/projects/{quote(project_id, safe='')}/locations/global/keys?pageSize=300"
        found: list[dict[str, Any]] = []
        token = ""
        while True:
            page = await self.calls.rest(RestCall(LIST, "GET", f"{url}&pageToken={quote(token, safe='')}"))
            found += page.get("keys", [])
            token = page.get("nextPageToken", "")
            if not token:
                return found

    async def _usage(self, project_id: str, now: datetime) -> Used:
        """Count the calls of the last 30 days by key uid and API."""
        request = {
            "name": f"projects/{project_id}",
            "filter": FILTER,
            "interval": {"start_time": now - IDLE, "end_time": now},
            "aggregation": {
                "alignment_period": IDLE,
                "per_series_aligner": "ALIGN_SUM",
                "cross_series_reducer": "REDUCE_SUM",
                "group_by_fields": [f"resource.labels.{CREDENTIAL}", f"resource.labels.{SERVICE}"],
            },
        }
        counts: Used = Counter()
        async for page in self.calls.pages(SERIES, request):
            for series in page.time_series:
                uid = series.resource.labels[CREDENTIAL].removeprefix("apikey:")
                counts[uid, series.resource.labels[SERVICE]] += sum(
                    point.value.int64_value for point in series.points
                )
        return counts


def _found(key: Mapping[str, Any], used: Used | None) -> FoundKey:
    notes, uid = dict(key.get("annotations", {})), str(key.get("uid", ""))
    restrictions = key.get("restrictions", {})
    targets = restrictions.get("apiTargets", [])
    return FoundKey(
        key_id=str(key["name"]).rpartition("/")[2],
        uid=uid,
        display_name=str(key.get("displayName", "")),
        created_at=datetime.fromisoformat(key["createTime"]),
        service_account=str(key.get("serviceAccountEmail", "")),
        services=tuple(sorted(str(target["service"]) for target in targets)),
        request_id=names.owner_in(notes).rpartition("/")[2],
        holder=str(notes.get(f"{names.MARK}-email", "")),
        calls=None if used is None else used[uid, names.GEMINI],
        other_calls=None if used is None else _others(used, uid),
        restriction=_restriction(restrictions),
    )


def _others(used: Used, uid: str) -> int:
    return sum(n for (key, service), n in used.items() if key == uid and service != names.GEMINI)


def _restriction(restrictions: Mapping[str, Any]) -> Restriction:
    ips = restrictions.get("serverKeyRestrictions", {}).get("allowedIps", [])
    referrers = restrictions.get("browserKeyRestrictions", {}).get("allowedReferrers", [])
    return Restriction(tuple(map(str, ips)), tuple(map(str, referrers)))
