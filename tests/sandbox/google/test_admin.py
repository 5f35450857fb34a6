"""The admin API: what happened, what there is, and nothing secret."""

from __future__ import annotations

import json
from typing import Any

import pytest


async def test_every_call_is_in_the_log_and_no_key_text_anywhere(
    page: Any, rest: Any, clients: Any, gemini_key: str
) -> None:
    """Who, what, where, how it ended; refused calls too; the request reason is kept."""
    headers = {**await rest.bot_headers(), "x-goog-request-reason": "GK-7F3K"}
    await rest.call("GET", "/v3/projects/acme-stranger", headers=headers)
    await rest.generate(gemini_key)

    _, answer = await page.admin("calls")

    calls = answer["calls"]
    assert [call["n"] for call in calls] == list(range(1, len(calls) + 1))
    refused = next(call for call in calls if call["code"] == "PERMISSION_DENIED")
    assert (refused["door"], refused["project"], refused["request_reason"]) == (
        "rest",
        "acme-stranger",
        "GK-7F3K",
    )
    assert refused["method"] == "google.cloud.resourcemanager.v3.Projects/GetProject"
    assert refused["principal"].startswith("serviceAccount:gemini-key-bot@")
    assert calls[-1]["method"].endswith("GenerativeService/GenerateContent")
    assert gemini_key not in json.dumps(calls)
    assert (await page.admin(f"calls?after={len(calls)}"))[1] == {"calls": []}


async def test_the_state_shows_everything_but_texts_and_payloads(
    page: Any, clients: Any, gemini_key: str
) -> None:
    """Keys without strings, secrets without payloads, bindings with conditions."""
    parent = "projects/acme-ml-dev"
    secret = {"replication": {"automatic": {}}}
    await clients.secrets.create_secret(
        request={"parent": parent, "secret_id": "gemini-key-x", "secret": secret}
    )
    payload = {"data": gemini_key.encode()}
    await clients.secrets.add_secret_version(parent=f"{parent}/secrets/gemini-key-x", payload=payload)

    _, state = await page.admin("state")

    project = next(p for p in state["projects"] if p["project_id"] == "acme-ml-dev")
    assert [key["serviceAccountEmail"].partition("@")[0] for key in project["keys"]] == ["gk-tests"]
    assert project["secrets"][0]["versions"][0]["state"] == "ENABLED"
    assert {b["role"].rpartition("/")[2] for b in project["bindings"]} == {
        "owner",
        "geminiKeyBot",
        "geminiKeyBotSecrets",
    }
    assert gemini_key not in json.dumps(state)


async def test_faults_are_planned_listed_and_cleared(page: Any, rest: Any) -> None:
    """POST one or a list, GET, DELETE; a bad entry plans nothing."""
    fault = {"match": "Projects/*", "code": "UNAVAILABLE"}
    assert (await page.admin("faults", [fault, {"match": "x", "nonsense": 1}]))[0] == 400
    assert (await page.admin("faults"))[1] == {"faults": []}

    assert (await page.admin("faults", fault))[0] == 200
    assert (await rest.call("GET", "/v3/projects/acme-ml-dev"))[0] == 503
    await page.admin("faults", fault)
    await page.admin("faults", method="DELETE")
    assert (await rest.call("GET", "/v3/projects/acme-ml-dev"))[0] == 200


@pytest.mark.parametrize(
    ("path", "document", "status"),
    [
        ("projects/acme-ml-dev", {"colour": "red"}, 400),
        ("projects/acme-ml-dev", {"denied": "yes"}, 400),
        ("projects/acme-ml-dev", {"quota": "lots"}, 400),
        ("projects/acme-ml-dev", {"services": {"no.invalid": True}}, 400),
        ("projects/acme-ml-dev", {"bot_roles": ["roles/none"]}, 400),
        ("projects/acme-ml-dev", {"denied": True, "colour": "red"}, 400),
        ("projects/acme-ml-dev", [], 400),
        ("projects/none", {"denied": True}, 404),
        ("keys/none", {"leaked": True}, 404),
        ("billing-accounts/none", {"open": True}, 404),
        ("switches", {"gravity": False}, 400),
    ],
)
async def test_a_change_that_makes_no_sense_changes_nothing(
    page: Any, path: str, document: Any, status: int
) -> None:
    """Unknown names and wrong types are refused before any effect."""
    before = await page.admin("state")

    assert (await page.admin(path, document))[0] == status

    assert await page.admin("state") == before


async def test_a_project_can_be_brought_into_every_state(page: Any, clients: Any) -> None:
    """Billing, organization policy and the bot's role, as the control plane then shows them."""
    changes = {
        "billing_account": "",
        "org_policy": {"allowed_services": []},
        "bot_roles": ["roles/browser"],
    }
    assert (await page.admin("projects/acme-ml-dev", changes))[0] == 200

    info = await clients.billing.get_project_billing_info(name="projects/acme-ml-dev", timeout=5)
    assert not info.billing_enabled
    _, state = await page.admin("state")
    project = next(p for p in state["projects"] if p["project_id"] == "acme-ml-dev")
    assert "roles/browser" in {b["role"] for b in project["bindings"]}
    assert "projects/-/roles/geminiKeyBot" not in {b["role"] for b in project["bindings"]}
    assert list(project["org_policies"]) == ["iam.managed.disableServiceAccountApiKeyCreation"]
    assert (await page.admin("projects/acme-ml-dev", {"org_policy": None}))[0] == 200


async def test_a_closed_billing_account_can_be_reopened(page: Any, clients: Any) -> None:
    """acme-legacy is paid for again."""
    await page.admin("billing-accounts/0D0D0D-0E0E0E-0F0F0F", {"open": True})

    info = await clients.billing.get_project_billing_info(name="projects/acme-legacy", timeout=5)

    assert info.billing_enabled


@pytest.mark.parametrize("headers", [{"origin": "https://evil.test"}, {"host": "evil.test"}])
async def test_other_web_pages_may_not_act_here(page: Any, headers: dict[str, str]) -> None:
    """A foreign Origin, and a Host name that merely resolves to this machine, are 403."""
    async with page.session.get(f"{page.base}/google/state", headers=headers) as answer:
        assert answer.status == 403
    own = {"origin": page.base}
    async with page.session.get(f"{page.base}/google/state", headers=own) as answer:
        assert answer.status == 200
