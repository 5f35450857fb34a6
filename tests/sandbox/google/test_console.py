"""The Secret Manager page: IAM decides what each person sees."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from google.iam.v1 import policy_pb2

NAME = "projects/acme-ml-dev/secrets/gemini-key-7f3k"
PATH = "/security/secret-manager/secret/gemini-key-7f3k"
VERSIONS = f"{PATH}/versions?project=acme-ml-dev"
ADA, MALLORY, RADIA = "U0ADA", "U0MALLORY", "U0RADIA"


@pytest.fixture
async def handed_over(clients: Any, clock: Any, gemini_key: str) -> str:
    """A working key in a secret that Ada may read for one hour."""
    request = {
        "parent": "projects/acme-ml-dev",
        "secret_id": "gemini-key-7f3k",
        "secret": {"replication": {"automatic": {}}, "annotations": {"note": "<script>alert(1)</script>"}},
    }
    await clients.secrets.create_secret(request=request, timeout=5)
    await clients.secrets.add_secret_version(parent=NAME, payload={"data": gemini_key.encode()}, timeout=5)
    until = (clock() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    policy = policy_pb2.Policy(version=3)
    for role in ("secretAccessor", "viewer"):
        binding = policy.bindings.add(role=f"roles/secretmanager.{role}", members=["user:ada@acme.test"])
        binding.condition.expression = f'request.time < timestamp("{until}")'
    await clients.secrets.set_iam_policy(request={"resource": NAME, "policy": policy}, timeout=5)
    return gemini_key


def as_(person: str) -> dict[str, str]:
    return {"cookie": f"persona={person}"}


async def press(page: Any, action: str, person: str) -> tuple[int, str, Any]:
    answer: tuple[int, str, Any] = await page.form(
        f"{PATH}/versions/1/{action}", {"project": "acme-ml-dev"}, **as_(person)
    )
    return answer


async def test_ada_sees_the_versions_but_no_value_before_she_asks(page: Any, handed_over: str) -> None:
    """The page lists version 1 with its buttons, names are escaped, nobody caches it."""
    status, text = await page.get(VERSIONS, **as_(ADA))

    assert status == 200
    assert 'data-testid="value-1"' in text
    assert 'data-testid="try-1"' in text
    assert handed_over not in text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert (await page.get(VERSIONS))[1] == text, "Ada is the default"


async def test_show_value_shows_it_in_that_answer_only(page: Any, handed_over: str) -> None:
    """The answer of the POST holds the key and may not be stored."""
    status, text, headers = await press(page, "value", ADA)

    assert (status, headers["Cache-Control"]) == (200, "no-store")
    assert html.escape(handed_over) in text
    assert handed_over not in (await page.get(VERSIONS, **as_(ADA)))[1]


async def test_try_the_key_calls_gemini_for_real(page: Any, cloud: Any, handed_over: str) -> None:
    """HTTP 200 when it works, and the call counts; a suspended key's echo is cut out."""
    status, text, _ = await press(page, "try", ADA)
    assert (status, 'data-status="200"' in text) == (200, True)
    assert cloud.world.gemini_calls[-1].status == 200

    cloud.world.projects["acme-ml-dev"].keys["gk-1"].suspended = True
    _, text, _ = await press(page, "try", ADA)
    assert 'data-status="403"' in text
    assert handed_over not in text


@pytest.mark.parametrize("action", ["", "value", "try"])
async def test_mallory_is_told_what_is_missing_and_for_whom(page: Any, handed_over: str, action: str) -> None:
    """403 with the permission and the account; the key is nowhere."""
    if action:
        status, text, _ = await press(page, action, MALLORY)
    else:
        status, text = await page.get(VERSIONS, **as_(MALLORY))

    assert status == 403
    assert "403 You need permission" in text
    assert "mallory@elsewhere.test" in text
    assert ("secretmanager.versions.access" if action else "secretmanager.secrets.get") in text
    assert handed_over not in text


async def test_after_the_expiry_ada_is_refused(page: Any, clock: Any, handed_over: str) -> None:
    """The condition ends her access without anyone's doing; the owner still gets in."""
    clock.forward(hours=2)

    assert (await page.get(VERSIONS, **as_(ADA)))[0] == 403
    assert (await press(page, "value", ADA))[0] == 403
    assert (await press(page, "value", RADIA))[0] == 200


async def test_the_account_chooser_switches_the_person(page: Any, handed_over: str) -> None:
    """It sets the cookie and leads back to the same secret."""
    fields = {"persona": MALLORY, "secret": "gemini-key-7f3k", "project": "acme-ml-dev"}

    status, _, headers = await page.form("/security/secret-manager/account", fields)

    assert (status, headers["Location"]) == (303, VERSIONS)
    assert f"persona={MALLORY}" in headers["Set-Cookie"]


async def test_the_chooser_leads_nowhere_else(page: Any) -> None:
    """Whatever the form holds, the redirect stays on this page."""
    fields = {"persona": ADA, "secret": "//evil.test/", "project": "a&b=c"}

    _, _, headers = await page.form("/security/secret-manager/account", fields)

    assert headers["Location"].startswith("/security/secret-manager/secret/%2F%2Fevil.test%2F/versions")
    assert headers["Location"].endswith("?project=a%26b%3Dc")


async def test_a_foreign_page_cannot_press_the_buttons(page: Any, handed_over: str) -> None:
    """Another Origin is 403, whatever the cookie says."""
    status, text, _ = await page.form(
        f"{PATH}/versions/1/value", {"project": "acme-ml-dev"}, origin="https://evil.test", **as_(ADA)
    )

    assert (status, handed_over in text) == (403, False)


async def test_the_browser_may_name_its_origin(page: Any, handed_over: str) -> None:
    """Under no-referrer browsers send "Origin: null" with a form, and every button would be refused."""
    async with page.session.get(page.base + VERSIONS) as answer:
        assert answer.headers["Referrer-Policy"] == "same-origin"
    _, text, _ = await page.form(
        f"{PATH}/versions/1/value", {"project": "acme-ml-dev"}, origin=page.base, **as_(ADA)
    )
    assert handed_over in text


async def test_an_unknown_secret_is_404_for_the_owner(page: Any) -> None:
    """Who may see the project learns that the secret is not there."""
    status, text = await page.get(
        "/security/secret-manager/secret/none/versions?project=acme-ml-dev", **as_(RADIA)
    )

    assert (status, "404 Not found" in text) == (404, True)
