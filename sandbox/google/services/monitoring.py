"""Monitoring v3: how often each key called the Gemini API, fed by the calls this cloud really served."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.cloud.monitoring_v3.types import (
    Aggregation,
    ListTimeSeriesRequest,
    ListTimeSeriesResponse,
    Point,
    TimeSeries,
)

from sandbox.google.errors import invalid_argument
from sandbox.google.names import page
from sandbox.google.services.catalogue import GEMINI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.google.dispatch import Call
    from sandbox.google.state import GeminiCall, World

METRIC = "serviceruntime.googleapis.com/api/request_count"
RESOURCE = "consumed_api"
_TERM = re.compile(r'([a-z_.]+)\s*=\s*"([^"]*)"')
_MONITORED = ("project_id", "service", "method", "version", "location", "credential_id")
_METRIC = ("response_code", "response_code_class", "protocol")
HEADERS = ListTimeSeriesRequest.TimeSeriesView.HEADERS
# Google: an alignment period is at least a minute.
SHORTEST_PERIOD = timedelta(minutes=1)
_ALIGNERS = (Aggregation.Aligner.ALIGN_NONE, Aggregation.Aligner.ALIGN_SUM, Aggregation.Aligner.ALIGN_DELTA)


class Monitoring:
    """Serve google.monitoring.v3.MetricService for request_count of the Gemini API."""

    SERVICE = "google.monitoring.v3.MetricService"

    def __init__(self, world: World) -> None:
        self._world = world

    def list_time_series(self, call: Call, request: Any) -> Any:
        """Return one series per group of equal labels, with a point for each alignment period that had calls.

        Periods are counted back from the interval's end (Google: common.proto, Aggregation); without an
        alignment one point sums the whole interval.
        """
        project = call.resource.project
        if project is None:
            raise invalid_argument("The name must be projects/PROJECT.", "name")
        terms = _terms(request.filter)
        if terms.get("metric.type") != METRIC:
            raise invalid_argument(f"Only metric.type {METRIC!r} is recorded here.", "filter")
        start, end = request.interval.start_time, request.interval.end_time
        if not start or not end or end < start:
            raise invalid_argument("The interval needs a start_time and an end_time after it.", "interval")
        length = _period(request.aggregation, end - start)
        groups: defaultdict[tuple[tuple[str, str], ...], Counter[int]] = defaultdict(Counter)
        for gemini_call in self._world.gemini_calls:
            labels = _labels(gemini_call, project.project_id)
            mine = gemini_call.project_number == project.number and start < gemini_call.at <= end
            if mine and all(labels.get(name) == value for name, value in terms.items()):
                groups[_group(labels, request.aggregation)][(end - gemini_call.at) // length] += 1
        series = [
            _series(dict(group), _points({} if request.view == HEADERS else counts, end, length))
            for group, counts in sorted(groups.items())
        ]
        chosen, token = page(series, request.page_size, request.page_token, default=100_000, most=100_000)
        return ListTimeSeriesResponse(time_series=chosen, next_page_token=token)


def _terms(text: str) -> dict[str, str]:
    """Read a filter of equalities joined by AND; anything else is refused rather than ignored."""
    terms = {}
    for term in re.split(r"\s+AND\s+", text.strip()):
        found = _TERM.fullmatch(term.strip())
        if found is None:
            raise invalid_argument(f"The filter term {term!r} is not supported.", "filter")
        name = re.sub(r"^(resource|metric)\.label\.", r"\1.labels.", found.group(1))
        terms[name] = found.group(2)
    return terms


def _labels(call: GeminiCall, project_id: str) -> dict[str, str]:
    """Describe one call; `credential_id` is a label of the resource, not of the metric."""
    resource = (project_id, GEMINI, call.method, call.version, "global", f"apikey:{call.key_uid}")
    metric = (str(call.status), f"{call.status // 100}xx", "http")
    return {
        "metric.type": METRIC,
        "resource.type": RESOURCE,
        **{f"resource.labels.{name}": value for name, value in zip(_MONITORED, resource, strict=True)},
        **{f"metric.labels.{name}": value for name, value in zip(_METRIC, metric, strict=True)},
    }


def _group(labels: dict[str, str], aggregation: Any) -> tuple[tuple[str, str], ...]:
    if aggregation.cross_series_reducer == Aggregation.Reducer.REDUCE_NONE:
        return tuple(labels.items())
    wanted = {re.sub(r"^(resource|metric)\.label\.", r"\1.labels.", f) for f in aggregation.group_by_fields}
    return tuple((name, value) for name, value in labels.items() if name in wanted)


def _period(aggregation: Any, whole: timedelta) -> timedelta:
    """Read how long one point is."""
    if aggregation.per_series_aligner not in _ALIGNERS:
        raise invalid_argument("Only ALIGN_SUM and ALIGN_DELTA are served here.", "aggregation")
    if aggregation.per_series_aligner == Aggregation.Aligner.ALIGN_NONE:
        return whole or SHORTEST_PERIOD
    period: timedelta = aggregation.alignment_period
    if not period or period < SHORTEST_PERIOD:
        raise invalid_argument("The alignment period must be at least 60 seconds.", "aggregation")
    return period


def _points(counts: Mapping[int, int], end: datetime, length: timedelta) -> list[Any]:
    """Make the points, newest first; `counts` goes by how many periods before the end."""
    last = end.astimezone(UTC)
    return [
        Point(
            interval={"start_time": last - length * (back + 1), "end_time": last - length * back},
            value={"int64_value": count},
        )
        for back, count in sorted(counts.items())
    ]


def _series(labels: dict[str, str], points: list[Any]) -> Any:
    def under(prefix: str) -> dict[str, str]:
        return {name.removeprefix(prefix): value for name, value in labels.items() if name.startswith(prefix)}

    return TimeSeries(
        metric={"type": METRIC, "labels": under("metric.labels.")},
        resource={"type": RESOURCE, "labels": under("resource.labels.")},
        metric_kind="DELTA",
        value_type="INT64",
        points=points,
    )
