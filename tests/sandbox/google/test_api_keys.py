"""API Keys v2, through Google's own async client."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core import exceptions

DEV = "projects/acme-ml-dev/locations/global"
NUMBERED = "projects/100000000001/locations/global"


async def create(clients: Any, key_id: str = "gk-7f3k-r1", **key: Any) -> Any:
    operation = await clients.api_keys.create_key(parent=DEV, key=key, key_id=key_id, timeout=5)
    return await operation.result(timeout=5)


async def test_a_minted_key_is_named_by_project_number_and_its_operation_carries_the_text(
    clients: Any,
) -> None:
    """Google: CreateKey's operation response is the only answer besides GetKeyString with a key text."""
    key = await create(clients, display_name="Ada")

    assert key.name == f"{NUMBERED}/keys/gk-7f3k-r1"
    assert len(key.key_string) == 39
    read = await clients.api_keys.get_key(name=key.name, timeout=5)
    assert (read.uid, read.display_name, read.key_string) == (key.uid, "Ada", "")


async def test_the_operation_carries_no_text_where_the_switch_says_so(cloud: Any, clients: Any) -> None:
    """The published proto says that only GetKeyString returns the text; both worlds can be had."""
    cloud.world.switches.operation_carries_key_string = False

    key = await create(clients)

    assert key.key_string == ""


@pytest.mark.parametrize(
    "key_id", ["Upper", "1digit", "ends-", "a" * 64, "b7ff1f9f-8275-410a-94dd-3855ee9b5dd2"]
)
async def test_a_key_id_outside_the_rules_is_refused(clients: Any, key_id: str) -> None:
    """Key ids are RFC-1034 labels that do not look like a UUID."""
    with pytest.raises(exceptions.InvalidArgument):
        await create(clients, key_id)


async def test_an_id_stays_taken_after_deletion_until_the_purge(clients: Any, clock: Any) -> None:
    """A deleted key keeps its id for 30 days; then the id is free."""
    key = await create(clients)
    await (await clients.api_keys.delete_key(name=key.name, timeout=5)).result(timeout=5)

    clock.forward(days=29)
    with pytest.raises(exceptions.AlreadyExists):
        await create(clients)
    clock.forward(days=2)
    assert (await create(clients)).uid != key.uid


async def test_a_deleted_key_can_be_restored_within_30_days_and_not_later(clients: Any, clock: Any) -> None:
    """Soft delete: shown on request only, undeleted on request, gone after the window."""
    key = await create(clients)
    await (await clients.api_keys.delete_key(name=key.name, timeout=5)).result(timeout=5)
    live = [k.name async for k in await clients.api_keys.list_keys(parent=DEV, timeout=5)]
    request = {"parent": DEV, "show_deleted": True}
    every = [k async for k in await clients.api_keys.list_keys(request=request, timeout=5)]
    assert live == []
    assert [bool(k.delete_time) for k in every] == [True]

    undelete = await clients.api_keys.undelete_key(request={"name": key.name}, timeout=5)
    restored = await undelete.result(timeout=5)
    assert not restored.delete_time

    await (await clients.api_keys.delete_key(name=key.name, timeout=5)).result(timeout=5)
    clock.forward(days=31)
    with pytest.raises(exceptions.NotFound):
        await clients.api_keys.undelete_key(request={"name": key.name}, timeout=5)


async def test_a_stale_etag_deletes_nothing(clients: Any) -> None:
    """The second writer with an old etag is ABORTED and the key lives on."""
    key = await create(clients)
    mask = {"paths": ["display_name"]}
    update = {"key": {"name": key.name, "display_name": "new"}, "update_mask": mask}
    await (await clients.api_keys.update_key(request=update, timeout=5)).result(timeout=5)

    with pytest.raises(exceptions.Aborted):
        await clients.api_keys.delete_key(request={"name": key.name, "etag": key.etag}, timeout=5)

    assert (await clients.api_keys.get_key(name=key.name, timeout=5)).display_name == "new"


async def test_only_name_restrictions_and_annotations_change(clients: Any) -> None:
    """A mask with any other field is refused, and unmasked fields stay."""
    key = await create(clients, display_name="keep", annotations={"request": "GK-7F3K"})
    update = {"key": {"name": key.name, "annotations": {}}, "update_mask": {"paths": ["annotations"]}}
    changed = await (await clients.api_keys.update_key(request=update, timeout=5)).result(timeout=5)
    assert (changed.display_name, dict(changed.annotations)) == ("keep", {})

    update["update_mask"] = {"paths": ["uid"]}
    with pytest.raises(exceptions.InvalidArgument):
        await clients.api_keys.update_key(request=update, timeout=5)


@pytest.mark.parametrize(
    "restrictions",
    [
        {"api_targets": [{"service": "gemini.invalid"}]},
        {"server_key_restrictions": {"allowed_ips": ["10.0.0.0/33"]}},
        {"android_key_restrictions": {"allowed_applications": [{"package_name": "a.b"}]}},
        {"server_key_restrictions": {"allowed_ips": ["10.0.0.1"] * 1201}},
    ],
)
async def test_senseless_restrictions_are_refused(clients: Any, restrictions: dict[str, Any]) -> None:
    """Unknown services, bad addresses, missing fingerprints and too many entries are INVALID_ARGUMENT."""
    with pytest.raises(exceptions.InvalidArgument):
        await create(clients, restrictions=restrictions)


async def test_a_project_has_at_most_300_live_keys(clients: Any) -> None:
    """The 301st key is RESOURCE_EXHAUSTED; a deleted one makes room."""
    for n in range(300):
        await clients.api_keys.create_key(parent=DEV, key={}, key_id=f"k{n}", timeout=5)

    with pytest.raises(exceptions.ResourceExhausted):
        await create(clients)
    await clients.api_keys.delete_key(name=f"{DEV}/keys/k7", timeout=5)
    assert await create(clients)
    pages = await clients.api_keys.list_keys(request={"parent": DEV, "page_size": 70}, timeout=5)
    assert len({key.name async for key in pages}) == 300


async def test_a_key_text_leads_to_its_project_for_those_who_may_know(clients: Any, cloud: Any) -> None:
    """LookupKey names parent and key; without apikeys.keys.lookup it says nothing."""
    key = await create(clients)
    found = await clients.api_keys.lookup_key(request={"key_string": key.key_string}, timeout=5)
    assert (found.parent, found.name) == (NUMBERED, key.name)

    with pytest.raises(exceptions.NotFound):
        await clients.api_keys.lookup_key(request={"key_string": "unknown"}, timeout=5)
    cloud.world.projects["acme-ml-dev"].policy.Clear()
    with pytest.raises(exceptions.PermissionDenied):
        await clients.api_keys.lookup_key(request={"key_string": key.key_string}, timeout=5)


async def test_the_bot_may_not_read_key_texts(clients: Any) -> None:
    """The custom role has no apikeys.keys.getKeyString; the refusal names permission and resource."""
    key = await create(clients)

    with pytest.raises(exceptions.PermissionDenied) as caught:
        await clients.api_keys.get_key_string(name=key.name, timeout=5)

    assert caught.value.reason == "IAM_PERMISSION_DENIED"
    assert caught.value.metadata["permission"] == "apikeys.keys.getKeyString"
    assert key.key_string not in str(caught.value)


async def test_keys_live_in_the_global_location_only(clients: Any) -> None:
    """Any other location is INVALID_ARGUMENT."""
    with pytest.raises(exceptions.InvalidArgument):
        await clients.api_keys.create_key(
            parent="projects/acme-ml-dev/locations/europe-west1", key={}, timeout=5
        )
