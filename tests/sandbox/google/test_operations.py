"""Long-running operations: delayed, failing, endless, and polled by those who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from google.api_core import exceptions

from sandbox.google.clock import Delays
from sandbox.google.faults import Fault

DEV = "projects/acme-ml-dev/locations/global"
NAME = f"{DEV}/keys/gk-1"


@pytest.fixture
def delays() -> Delays:
    return Delays(timedelta(minutes=1), timedelta(), timedelta(), timedelta())


async def create(clients: Any) -> Any:
    operation = await clients.api_keys.create_key(parent=DEV, key={}, key_id="gk-1", timeout=5)
    return operation.operation


async def poll(clients: Any, name: str) -> Any:
    return await clients.api_keys.transport.operations_client.get_operation(name, timeout=5)


async def test_an_operation_is_done_after_its_delay_and_not_before(clients: Any, clock: Any) -> None:
    """Until then it has a name and no response; the key text comes with the end."""
    started = await create(clients)
    assert started.name.startswith("operations/akmf.p7-100000000001-")
    assert (started.done, (await poll(clients, started.name)).done) == (False, False)

    clock.forward(minutes=2)

    finished = await poll(clients, started.name)
    assert (finished.done, finished.HasField("response")) == (True, True)


async def test_a_failing_operation_ends_in_an_error_and_changes_nothing(
    cloud: Any, clients: Any, clock: Any
) -> None:
    """The planned code arrives in operation.error; no key was made."""
    cloud.plan.add(Fault("ApiKeys/CreateKey", operation="fail", code="FAILED_PRECONDITION", reason="X"))
    started = await create(clients)
    clock.forward(minutes=2)

    finished = await poll(clients, started.name)

    assert (finished.done, finished.error.code) == (True, 9)
    with pytest.raises(exceptions.NotFound):
        await clients.api_keys.get_key(name=NAME, timeout=5)


async def test_an_endless_operation_never_ends(cloud: Any, clients: Any, clock: Any) -> None:
    """A year later it is still under way."""
    cloud.plan.add(Fault("ApiKeys/*", operation="never"))
    started = await create(clients)

    clock.forward(days=365)

    assert not (await poll(clients, started.name)).done


async def test_an_unknown_operation_is_not_found(clients: Any) -> None:
    """Operation names are not guessable."""
    with pytest.raises(exceptions.NotFound):
        await poll(clients, "operations/akmf.p7-1-none")


async def test_polling_needs_a_permission_on_the_project(cloud: Any, clients: Any) -> None:
    """serviceusage.operations.get is asked for, as the roles of API Keys suggest."""
    started = await create(clients)
    cloud.world.projects["acme-ml-dev"].policy.Clear()

    with pytest.raises(exceptions.PermissionDenied) as caught:
        await poll(clients, started.name)

    assert caught.value.metadata["permission"] == "serviceusage.operations.get"


async def test_rest_polls_the_same_operation(clients: Any, rest: Any, clock: Any) -> None:
    """GET /v2/operations/… shows what gRPC shows."""
    started = await create(clients)

    status, early = await rest.call("GET", f"/v2/{started.name}")
    clock.forward(minutes=2)
    _, late = await rest.call("GET", f"/v2/{started.name}")

    assert (status, "done" in early, late["done"]) == (200, False, True)
    assert late["response"]["@type"] == "type.googleapis.com/google.api.apikeys.v2.Key"
