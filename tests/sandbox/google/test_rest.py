"""The REST door's strictness, which real JSON clients run into."""

from __future__ import annotations

import statistics
import time
from typing import Any

import pytest

# A server that leaves Nagle's algorithm on answers after the client's delayed ACK, 40 ms later.
DELAYED_ACK_S = 0.03

KEYS = "/v2/projects/acme-ml-dev/locations/global/keys"


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", f"{KEYS}?keyId=gk-1", {"displayNam": "x"}, "displayNam"),
        ("POST", f"{KEYS}?keyId=gk-1", {"restrictions": {"apiTarget": []}}, "apiTarget"),
        ("GET", f"{KEYS}?showDelete=true", None, "showDelete"),
        ("GET", f"{KEYS}?showDeleted=maybe", None, ""),
        ("POST", f"{KEYS}?keyId=gk-1", ["list"], ""),
    ],
)
async def test_unknown_or_wrong_fields_are_400(
    rest: Any, method: str, path: str, body: Any, field: str
) -> None:
    """Google: Invalid JSON payload received, with the field in a BadRequest detail."""
    status, answer = await rest.call(method, path, body)

    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert answer["error"]["message"].startswith("Invalid JSON payload received.")
    violation = answer["error"]["details"][0]["fieldViolations"][0]
    assert violation.get("field", "") == field
    assert await rest.call("GET", KEYS) == (200, {})


async def test_system_parameters_and_both_spellings_are_taken(rest: Any, clients: Any) -> None:
    """$alt, prettyPrint and key are no fields; page_size is pageSize; enums come as numbers on request."""
    for key_id in ("a", "b"):
        await rest.call("POST", f"{KEYS}?key_id={key_id}", {})

    status, listed = await rest.call("GET", f"{KEYS}?page_size=1&showDeleted=True&prettyPrint=false&key=x")
    assert (status, len(listed["keys"])) == (200, 1)
    _, rest_of_it = await rest.call("GET", f"{KEYS}?pageSize=1&pageToken={listed['nextPageToken']}")
    assert rest_of_it["keys"][0]["name"] != listed["keys"][0]["name"]
    _, project = await rest.call("GET", "/v3/projects/acme-ml-dev?$alt=json;enum-encoding=int")
    assert project["state"] == 1


async def test_field_masks_come_in_both_spellings(rest: Any) -> None:
    """updateMask=displayName and display_name do the same."""
    await rest.call("POST", f"{KEYS}?keyId=gk-1", {})

    for mask, name in (("displayName", "one"), ("display_name", "two")):
        await rest.call("PATCH", f"{KEYS}/gk-1?updateMask={mask}", {"displayName": name})
        assert (await rest.call("GET", f"{KEYS}/gk-1"))[1]["displayName"] == name


async def test_resource_manager_v1_answers_in_its_old_shape(rest: Any) -> None:
    """v1 has projectNumber and lifecycleState; its testIamPermissions is v3's."""
    _, project = await rest.call("GET", "/v1/projects/acme-ml-prod")
    _, held = await rest.call(
        "POST",
        "/v1/projects/acme-ml-prod:testIamPermissions",
        {"permissions": ["apikeys.keys.create", "apikeys.keys.getKeyString"]},
    )

    assert (project["projectNumber"], project["lifecycleState"]) == ("100000000002", "ACTIVE")
    assert held == {"permissions": ["apikeys.keys.create"]}


async def test_nested_query_parameters_reach_nested_fields(rest: Any) -> None:
    """options.requestedPolicyVersion, as gcloud sends it."""
    document = {"replication": {"automatic": {}}}
    await rest.call("POST", "/v1/projects/acme-ml-dev/secrets?secretId=gemini-key-s", document)
    path = "/v1/projects/acme-ml-dev/secrets/gemini-key-s:getIamPolicy?options.requestedPolicyVersion="

    assert (await rest.call("GET", f"{path}3"))[0] == 200
    assert (await rest.call("GET", f"{path}2"))[0] == 400


async def test_an_answer_leaves_at_once(rest: Any) -> None:
    """On a kept-alive connection a call takes a millisecond or two, not forty."""
    spans = []
    for _ in range(9):
        began = time.perf_counter()
        await rest.call("GET", "/v3/projects/acme-ml-dev")
        spans.append(time.perf_counter() - began)

    assert statistics.median(spans) < DELAYED_ACK_S
