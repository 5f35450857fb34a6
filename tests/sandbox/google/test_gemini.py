"""The Gemini API: a key that works, and every way in which one does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.google.clock import Delays
from sandbox.google.faults import Fault
from tests.sandbox.google.answers import reason

KEY_NAME = "/v2/projects/acme-ml-dev/locations/global/keys/gk-1"


def key_of(cloud: Any) -> Any:
    return cloud.world.projects["acme-ml-dev"].keys["gk-1"]


async def test_a_bound_key_generates_in_both_versions_and_by_both_ways(rest: Any, gemini_key: str) -> None:
    """/v1 and /v1beta, header and query parameter; models are listed and described."""
    status, body = await rest.generate(gemini_key)
    assert (status, body["candidates"][0]["finishReason"]) == (200, "STOP")
    status, listed = await rest.call("GET", f"/v1/models?key={gemini_key}&pageSize=2", headers={})
    assert (status, len(listed["models"]), bool(listed["nextPageToken"])) == (200, 2, True)
    name = listed["models"][0]["name"]
    status, model = await rest.call("GET", f"/v1beta/{name}", headers={"x-goog-api-key": gemini_key})
    assert (status, model["name"]) == (200, name)


async def test_a_fake_model_tells_an_accepted_key_from_a_bad_one(rest: Any, gemini_key: str) -> None:
    """The free probe: 404 means that the credential was accepted; 2.5 models are retired."""
    status, body = await rest.generate(gemini_key, "probe-no-such-model")
    assert (status, body["error"]["status"]) == (404, "NOT_FOUND")
    status, body = await rest.generate("not-a-key", "probe-no-such-model")
    assert (status, reason(body)) == (400, "API_KEY_INVALID")
    _, body = await rest.generate(gemini_key, "gemini-2.5-flash")
    assert "no longer available" in body["error"]["message"]


async def test_without_a_key_nobody_is_served(rest: Any) -> None:
    """403 without details, in the words people paste."""
    status, body = await rest.generate("")

    assert (status, reason(body)) == (403, "")
    assert "unregistered callers" in body["error"]["message"]


async def test_a_key_in_the_authorization_header_is_401(rest: Any, gemini_key: str) -> None:
    """Bearer AQ… works on the OpenAI-compatible endpoint only; both at once are too many."""
    status, body = await rest.generate("", authorization=f"Bearer {gemini_key}")
    assert (status, reason(body)) == (401, "ACCESS_TOKEN_TYPE_UNSUPPORTED")
    status, _ = await rest.generate(gemini_key, authorization=f"Bearer {gemini_key}")
    assert status == 400


async def test_a_deleted_key_is_400_not_found(rest: Any, gemini_key: str) -> None:
    """Deleting a key stops it at once."""
    await rest.call("DELETE", KEY_NAME)

    status, body = await rest.generate(gemini_key)

    assert (status, reason(body), body["error"]["message"]) == (
        400,
        "API_KEY_INVALID",
        "API Key not found. Please pass a valid API key.",
    )


@pytest.mark.parametrize(
    ("flag", "status", "expected", "words"),
    [
        ("expired", 400, "API_KEY_INVALID", "API key expired. Please renew the API key."),
        ("leaked", 403, "", "Your API key was reported as leaked. Please use another API key."),
        ("suspended", 403, "CONSUMER_SUSPENDED", "has been suspended."),
    ],
)
async def test_a_flagged_key_is_refused(
    rest: Any, page: Any, cloud: Any, gemini_key: str, flag: str, status: int, expected: str, words: str
) -> None:
    """The admin API flags a key by its uid; the suspended one is echoed in the body, as Google does."""
    answer, _ = await page.admin(f"keys/{key_of(cloud).message.uid}", {flag: True})
    assert answer == 200

    got, body = await rest.generate(gemini_key)

    assert (got, reason(body)) == (status, expected)
    assert words in body["error"]["message"]
    assert (gemini_key in body["error"]["message"]) is (flag == "suspended")


@pytest.mark.parametrize(
    ("trouble", "status", "expected", "words"),
    [
        ({"denied": True}, 403, "", "Your project has been denied access. Please contact support."),
        ({"suspended": True}, 403, "CONSUMER_SUSPENDED", "Consumer 'project_number:100000000001'"),
        ({"dunning": True}, 403, "", "Lightning dunning decision is deny"),
        ({"billing_disabled": True}, 403, "BILLING_DISABLED", "requires billing to be enabled"),
        ({"region_unsupported": True}, 400, "", "User location is not supported for the API use."),
        ({"deleted": True}, 403, "CONSUMER_INVALID", "has been deleted"),
        (
            {"services": {"generativelanguage.googleapis.com": False}},
            403,
            "SERVICE_DISABLED",
            "Generative Language API has not been used in project 100000000001 before or it is disabled.",
        ),
        ({"quota": "free-tier"}, 429, "", "You exceeded your current quota"),
        ({"quota": "bare"}, 429, "", "Resource has been exhausted (e.g. check quota)."),
    ],
)
async def test_a_project_in_trouble_refuses_with_its_own_words(
    rest: Any,
    page: Any,
    gemini_key: str,
    trouble: dict[str, Any],
    status: int,
    expected: str,
    words: str,
) -> None:
    """Each state is set by the admin API and answers as Google was seen to."""
    assert (await page.admin("projects/acme-ml-dev", trouble))[0] == 200

    got, body = await rest.generate(gemini_key)

    assert (got, reason(body)) == (status, expected)
    assert words in body["error"]["message"]


async def test_a_denied_project_still_lists_models(rest: Any, page: Any, gemini_key: str) -> None:
    """What tells project-denied-access from a bad key: ListModels is 200."""
    await page.admin("projects/acme-ml-dev", {"denied": True})

    status, _ = await rest.call("GET", "/v1beta/models", headers={"x-goog-api-key": gemini_key})

    assert status == 200


async def test_the_quota_error_says_which_quota_and_when_to_retry(
    rest: Any, page: Any, gemini_key: str
) -> None:
    """QuotaFailure with the quota id, RetryInfo with the delay."""
    await page.admin("projects/acme-ml-dev", {"quota": "free-tier"})

    _, body = await rest.generate(gemini_key)

    details = {d["@type"].rpartition(".")[2]: d for d in body["error"]["details"]}
    assert details["QuotaFailure"]["violations"][0]["quotaId"].endswith("-FreeTier")
    assert details["RetryInfo"]["retryDelay"] == "47s"


async def test_a_disabled_or_replaced_service_account_stops_its_keys(
    rest: Any, page: Any, cloud: Any, clients: Any, gemini_key: str
) -> None:
    """The binding is by unique id: a new account of the same name does not revive the key."""
    email = "gk-tests@acme-ml-dev.iam.gserviceaccount.com"
    await page.admin(f"service-accounts/{email}", {"disabled": True})
    disabled, body = await rest.generate(gemini_key)
    await page.admin(f"service-accounts/{email}", {"disabled": False})
    enabled, _ = await rest.generate(gemini_key)
    del cloud.world.projects["acme-ml-dev"].service_accounts[email]
    await clients.iam.create_service_account(name="projects/acme-ml-dev", account_id="gk-tests")
    replaced, _ = await rest.generate(gemini_key)

    assert (disabled, enabled, replaced) == (401, 200, 401)
    assert reason(body) == "ACCOUNT_STATE_INVALID"


async def test_standard_keys_are_cut_off_unless_switched_back(rest: Any, page: Any, clients: Any) -> None:
    """Unrestricted ones are refused in any case, restricted ones where the September 2026 rule holds."""
    restricted = {"api_targets": [{"service": "generativelanguage.googleapis.com"}]}
    parent = "projects/acme-ml-dev/locations/global"
    texts = []
    for key in ({}, {"restrictions": restricted}):
        operation = await clients.api_keys.create_key(parent=parent, key=key, timeout=5)
        texts.append((await operation.result(timeout=5)).key_string)

    cut_off = [(await rest.generate(text))[0] for text in texts]
    await page.admin("switches", {"standard_keys_refused": False})
    before = [(await rest.generate(text))[0] for text in texts]

    assert (cut_off, before) == ([401, 401], [401, 200])


async def test_a_planned_fault_echoes_the_key_in_debug_info(cloud: Any, rest: Any, gemini_key: str) -> None:
    """Google's bodies may repeat the key; whoever shows them must redact."""
    cloud.plan.add(Fault("GenerativeService/*", echo_key=True))

    _, body = await rest.generate(gemini_key)

    assert f"Invalid API key: {gemini_key}" in str(body)
    assert (await rest.generate(gemini_key))[0] == 200


@pytest.mark.parametrize("body", [{}, {"contents": []}, {"contents": "hi"}])
async def test_a_prompt_without_contents_is_refused(rest: Any, gemini_key: str, body: Any) -> None:
    """400 INVALID_ARGUMENT, after the credential was accepted."""
    path = "/v1beta/models/gemini-flash-latest:generateContent"
    status, answer = await rest.call("POST", path, body, {"x-goog-api-key": gemini_key})

    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")


class TestWithDelays:
    """New keys and newly enabled APIs take a moment."""

    @pytest.fixture
    def delays(self) -> Delays:
        return Delays(timedelta(), timedelta(minutes=1), timedelta(minutes=5), timedelta())

    async def test_a_new_key_seems_expired_until_it_has_arrived(
        self, rest: Any, gemini_key: str, clock: Any
    ) -> None:
        """Fresh keys were seen to answer "API key expired" for a while."""
        early, body = await rest.generate(gemini_key)
        clock.forward(minutes=2)
        late, _ = await rest.generate(gemini_key)

        assert (early, "expired" in body["error"]["message"], late) == (400, True, 200)

    async def test_a_newly_enabled_api_still_seems_disabled(
        self, rest: Any, clients: Any, clock: Any
    ) -> None:
        """Service Usage says ENABLED at once, Gemini follows later."""
        await clients.iam.create_service_account(name="projects/acme-vision", account_id="gk-tests")
        name = "projects/acme-vision/services/generativelanguage.googleapis.com"
        await clients.services.enable_service(request={"name": name}, timeout=5)
        _, operation = await rest.mint("acme-vision")
        key = operation["response"]["keyString"]

        clock.forward(minutes=2)
        early, body = await rest.generate(key)
        clock.forward(minutes=5)
        late, _ = await rest.generate(key)

        assert (early, reason(body), late) == (403, "SERVICE_DISABLED", 200)
