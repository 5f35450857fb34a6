"""Secret Manager v1, through Google's own async client."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import google_crc32c
import pytest
from google.api_core import exceptions

from sandbox.google.company import set_bot_roles

DEV = "projects/acme-ml-dev"
NAME = "projects/100000000001/secrets/gemini-key-7f3k"
AUTOMATIC = {"replication": {"automatic": {}}}


async def create(clients: Any, **secret: Any) -> Any:
    request = {"parent": DEV, "secret_id": "gemini-key-7f3k", "secret": {**AUTOMATIC, **secret}}
    return await clients.secrets.create_secret(request=request, timeout=5)


async def add(clients: Any, data: bytes = b"value", crc: int | None = None) -> Any:
    payload = {"data": data, "data_crc32c": google_crc32c.value(data) if crc is None else crc}
    return await clients.secrets.add_secret_version(parent=NAME, payload=payload, timeout=5)


async def test_a_secret_and_its_versions_are_named_by_project_number(clients: Any) -> None:
    """Create, add twice, list newest first; the checksum is acknowledged."""
    secret = await create(clients, labels={"request": "gk-7f3k"}, annotations={"requester": "ada@acme.test"})
    first, second = await add(clients), await add(clients, b"other")

    assert (secret.name, first.name) == (NAME, f"{NAME}/versions/1")
    assert first.client_specified_payload_checksum
    versions = [v.name async for v in await clients.secrets.list_secret_versions(parent=NAME, timeout=5)]
    assert versions == [second.name, first.name]


async def test_a_wrong_checksum_stores_nothing(clients: Any) -> None:
    """A payload damaged on the way is INVALID_ARGUMENT."""
    await create(clients)

    with pytest.raises(exceptions.InvalidArgument):
        await add(clients, crc=1)

    assert [v async for v in await clients.secrets.list_secret_versions(parent=NAME, timeout=5)] == []


@pytest.mark.parametrize(
    "secret",
    [
        {"replication": {}},
        {"labels": {"Upper": "x"}},
        {"labels": {f"k{n}": "" for n in range(65)}},
        {"annotations": {"big": "x" * 16384}},
        {"ttl": timedelta(seconds=1)},
        {"expire_time": "2020-01-01T00:00:00Z"},
    ],
)
async def test_a_senseless_secret_is_refused(clients: Any, secret: dict[str, Any]) -> None:
    """Replication, labels, annotations and expiry follow Google's limits."""
    with pytest.raises(exceptions.InvalidArgument):
        await create(clients, **secret)


async def test_a_secret_exists_once(clients: Any) -> None:
    """The second creation is ALREADY_EXISTS, in Secret Manager's words."""
    await create(clients)

    with pytest.raises(exceptions.AlreadyExists, match="already exists"):
        await create(clients)


async def test_at_its_expire_time_a_secret_is_gone_with_its_versions(clients: Any, clock: Any) -> None:
    """Expiry deletes; it is no access control."""
    secret = await create(clients, ttl=timedelta(days=7))
    await add(clients)
    assert secret.expire_time

    clock.forward(days=8)

    with pytest.raises(exceptions.NotFound):
        await clients.secrets.get_secret(name=NAME, timeout=5)


async def test_a_version_goes_from_enabled_to_disabled_to_destroyed(cloud: Any, clients: Any) -> None:
    """A destroyed version never comes back and its payload is gone from memory."""
    await create(clients)
    version = await add(clients)
    disabled = await clients.secrets.disable_secret_version(name=version.name, timeout=5)
    destroyed = await clients.secrets.destroy_secret_version(name=version.name, timeout=5)

    assert (disabled.state.name, destroyed.state.name) == ("DISABLED", "DESTROYED")
    secret = cloud.world.projects["acme-ml-dev"].secrets["gemini-key-7f3k"]
    assert secret.versions[1].data == b""
    cloud.world.projects["acme-ml-dev"].policy.bindings.add(
        role="roles/secretmanager.admin",
        members=["serviceAccount:gemini-key-bot@acme-bot.iam.gserviceaccount.com"],
    )
    with pytest.raises(exceptions.FailedPrecondition, match="DESTROYED"):
        await clients.secrets.enable_secret_version(name=version.name, timeout=5)
    with pytest.raises(exceptions.FailedPrecondition, match="DESTROYED"):
        await clients.secrets.access_secret_version(name=version.name, timeout=5)


async def test_a_stale_etag_is_a_failed_precondition_here(clients: Any) -> None:
    """Secret Manager answers FAILED_PRECONDITION where other services say ABORTED."""
    secret = await create(clients)
    update = {"secret": {"name": NAME, "labels": {"a": "b"}}, "update_mask": {"paths": ["labels"]}}
    await clients.secrets.update_secret(request=update, timeout=5)

    with pytest.raises(exceptions.FailedPrecondition):
        await clients.secrets.delete_secret(request={"name": NAME, "etag": secret.etag}, timeout=5)


async def test_secrets_are_found_by_label(clients: Any) -> None:
    """The filter labels.KEY=VALUE is what a survey uses."""
    await create(clients, labels={"managed-by": "gemini-key-bot"})
    other = {"parent": DEV, "secret_id": "other", "secret": AUTOMATIC}
    await clients.secrets.create_secret(request=other, timeout=5)

    request = {"parent": DEV, "filter": "labels.managed-by=gemini-key-bot"}
    found = [s.name async for s in await clients.secrets.list_secrets(request=request, timeout=5)]

    assert found == [NAME]


async def test_the_bot_cannot_read_what_it_stored(clients: Any) -> None:
    """The custom role has no versions.access; Secret Manager says "for resource"."""
    await create(clients)
    await add(clients)

    with pytest.raises(exceptions.PermissionDenied, match="denied for resource") as caught:
        await clients.secrets.access_secret_version(name=f"{NAME}/versions/1", timeout=5)

    assert caught.value.metadata["permission"] == "secretmanager.versions.access"


async def test_a_secret_is_deleted_for_good(clients: Any) -> None:
    """There is no undelete; the id is free at once."""
    await create(clients)
    await clients.secrets.delete_secret(name=NAME, timeout=5)

    assert (await create(clients)).name == NAME


async def test_regional_secrets_are_served_elsewhere(cloud: Any, clients: Any) -> None:
    """The global endpoint refuses projects/*/locations/*."""
    set_bot_roles(cloud.world.projects["acme-ml-dev"], ["roles/secretmanager.admin"])
    with pytest.raises(exceptions.InvalidArgument, match="Regional"):
        await clients.secrets.get_secret(
            name="projects/acme-ml-dev/locations/europe-west1/secrets/x", timeout=5
        )
