"""Faults on demand: the same plan breaks gRPC and REST."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from google.api_core import exceptions

from sandbox.google.faults import Fault, FaultPlan

PARENT = "projects/acme-ml-dev/locations/global"


async def create(clients: Any, key_id: str = "gk-1") -> Any:
    return await clients.api_keys.create_key(parent=PARENT, key={}, key_id=key_id, timeout=2)


async def test_a_lost_answer_leaves_the_key_behind(cloud: Any, clients: Any) -> None:
    """Commit, then lose the answer: the retry with the same id is ALREADY_EXISTS."""
    cloud.plan.add(Fault("ApiKeys/CreateKey", code="UNAVAILABLE", after_commit=True))

    with pytest.raises(exceptions.ServiceUnavailable):
        await create(clients)
    with pytest.raises(exceptions.AlreadyExists):
        await create(clients)


async def test_an_error_comes_as_often_as_planned_and_changes_nothing(cloud: Any, clients: Any) -> None:
    """Two refusals with reason and delay, then success."""
    cloud.plan.add(
        Fault("ApiKeys/*", times=2, code="RESOURCE_EXHAUSTED", reason="RATE_LIMIT_EXCEEDED", retry_after_s=3)
    )
    for _ in range(2):
        with pytest.raises(exceptions.ResourceExhausted) as caught:
            await create(clients)
        assert caught.value.reason == "RATE_LIMIT_EXCEEDED"
        assert [d.retry_delay.seconds for d in caught.value.details if hasattr(d, "retry_delay")] == [3]

    assert await create(clients)


async def test_rest_suffers_the_same_plan(cloud: Any, rest: Any) -> None:
    """503 with Google's body, then the real answer."""
    cloud.plan.add(Fault("Projects/GetProject", code="UNAVAILABLE"))

    first = await rest.call("GET", "/v3/projects/acme-ml-dev")
    second = await rest.call("GET", "/v3/projects/acme-ml-dev")

    assert (first[0], first[1]["error"]["status"], second[0]) == (503, "UNAVAILABLE", 200)


async def test_latency_and_hanging_end_in_the_callers_deadline(cloud: Any, clients: Any) -> None:
    """ApiKeys methods have no default timeout; with one the caller is free again."""
    for fault in (Fault("ApiKeys/ListKeys", latency_s=5), Fault("ApiKeys/ListKeys", hang=True)):
        cloud.plan.add(fault)
        began = time.monotonic()
        with pytest.raises(exceptions.DeadlineExceeded):
            await clients.api_keys.list_keys(parent=PARENT, timeout=0.2)
        assert time.monotonic() - began < 2


async def test_clearing_the_plan_lets_hanging_calls_go(cloud: Any, clients: Any) -> None:
    """A caller without a timeout gets an error once the plan is cleared."""
    cloud.plan.add(Fault("ApiKeys/ListKeys", hang=True))
    call = asyncio.create_task(clients.api_keys.list_keys(parent=PARENT, timeout=10))
    while cloud.plan.entries():  # noqa: ASYNC110 - until the server has met the fault
        await asyncio.sleep(0.01)

    cloud.plan.clear()

    with pytest.raises(exceptions.ServiceUnavailable):
        await call


def test_the_first_match_is_used_up_first() -> None:
    """Globs match Service/Method; entries leave the plan when they are spent."""
    plan = FaultPlan()
    plan.add(Fault("ApiKeys/CreateKey", code="ABORTED"))
    plan.add(Fault("*", code="UNAVAILABLE", times=2))

    taken = [plan.take(name) for name in ("IAM/X", "ApiKeys/CreateKey", "ApiKeys/CreateKey", "IAM/X")]

    assert [fault.code if fault else "" for fault in taken] == ["UNAVAILABLE", "ABORTED", "UNAVAILABLE", ""]


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"match": "x", "code": "TEAPOT"},
        {"match": "x", "times": 0},
        {"match": "x", "hang": "yes"},
        {"match": "x", "colour": "red"},
        {"match": "x", "operation": "explode"},
        {"match": 3},
        {"match": "x", "times": True},
    ],
)
def test_a_misspelt_plan_is_refused(entry: dict[str, Any]) -> None:
    """A plan that would silently do nothing is worse than an error."""
    with pytest.raises(ValueError, match=r"."):
        Fault(**entry)
