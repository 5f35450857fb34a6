"""Usage per key, counted from the calls the Gemini endpoint really served."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud.monitoring_v3.types import Aggregation

from sandbox.google.admin_changes import change_key

REQUEST_COUNT = (
    'metric.type="serviceruntime.googleapis.com/api/request_count" AND resource.type="consumed_api" '
    'AND resource.labels.service="generativelanguage.googleapis.com"'
)


def request(clock: Any, uid: str, **more: Any) -> dict[str, Any]:
    now = clock()
    return {
        "name": "projects/acme-ml-dev",
        "filter": f'{REQUEST_COUNT} AND resource.labels.credential_id="apikey:{uid}"',
        "interval": {"start_time": now.replace(year=now.year - 1), "end_time": now},
        **more,
    }


async def test_calls_are_counted_per_key_and_response_code(
    cloud: Any, clients: Any, rest: Any, clock: Any, gemini_key: str
) -> None:
    """Two answers and one 404, grouped by response code; another uid has no traffic."""
    for model in ("gemini-flash-latest", "gemini-flash-latest", "none"):
        await rest.generate(gemini_key, model)
    uid = cloud.world.projects["acme-ml-dev"].keys["gk-1"].message.uid
    by_code = {
        "alignment_period": {"seconds": 3600},
        "per_series_aligner": Aggregation.Aligner.ALIGN_DELTA,
        "cross_series_reducer": Aggregation.Reducer.REDUCE_SUM,
        "group_by_fields": ["metric.labels.response_code"],
    }

    series = await clients.monitoring.list_time_series(request(clock, uid, aggregation=by_code), timeout=5)
    silent = await clients.monitoring.list_time_series(request(clock, "other"), timeout=5)

    counts = {s.metric.labels["response_code"]: s.points[0].value.int64_value async for s in series}
    assert counts == {"200": 2, "404": 1}
    assert [s async for s in silent] == []


async def test_each_period_with_calls_is_one_point_newest_first(
    cloud: Any, clients: Any, clock: Any, gemini_key: str
) -> None:
    """Two calls a day ago and one now, by hours: two points, whose intervals end at whole periods."""
    uid = cloud.world.projects["acme-ml-dev"].keys["gk-1"].message.uid
    change_key(cloud.world, uid, {"past_calls": [{"hours_ago": 24, "status": 200, "count": 2}]})
    change_key(cloud.world, uid, {"past_calls": [{"hours_ago": 0, "status": 200, "count": 1}]})
    hourly = {"alignment_period": {"seconds": 3600}, "per_series_aligner": Aggregation.Aligner.ALIGN_SUM}

    listed = await clients.monitoring.list_time_series(request(clock, uid, aggregation=hourly), timeout=5)

    (series,) = [s async for s in listed]
    newest, oldest = series.points
    assert (newest.value.int64_value, oldest.value.int64_value) == (1, 2)
    assert newest.interval.end_time - oldest.interval.end_time == timedelta(hours=24)
    assert newest.interval.end_time - newest.interval.start_time == timedelta(hours=1)


async def test_a_period_below_a_minute_is_refused(clients: Any, clock: Any) -> None:
    """Google: the alignment period is at least 60 seconds."""
    quick = {"alignment_period": {"seconds": 10}, "per_series_aligner": Aggregation.Aligner.ALIGN_SUM}

    with pytest.raises(exceptions.InvalidArgument, match="60 seconds"):
        await clients.monitoring.list_time_series(request(clock, "x", aggregation=quick), timeout=5)


async def test_a_filter_that_is_not_understood_is_refused(clients: Any, clock: Any) -> None:
    """An ignored term would look like traffic that is not there."""
    wrong = {**request(clock, "x"), "filter": 'resource.type="consumed_api" OR metric.type="x"'}

    with pytest.raises(exceptions.InvalidArgument):
        await clients.monitoring.list_time_series(wrong, timeout=5)


async def test_usage_is_for_those_who_may_see_it(clients: Any, clock: Any) -> None:
    """monitoring.timeSeries.list, in Monitoring's own words."""
    wrong = {**request(clock, "x"), "name": "projects/acme-stranger"}

    with pytest.raises(exceptions.PermissionDenied, match="or the resource may not exist"):
        await clients.monitoring.list_time_series(wrong, timeout=5)
