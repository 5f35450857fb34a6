from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.domain.names import GEMINI
from bot.errors import GoogleError
from bot.google.reason import named
from sandbox.google.roles import BOT

if TYPE_CHECKING:
    from bot.google.calls import Called
    from bot.google.cloud import Cloud
    from tests.google.conftest import Sandbox


async def test_a_project_is_known_by_id_and_number(cloud: Cloud) -> None:
    """Google's answers name projects by number, so the number comes with the project."""
    project = await cloud.projects.get("acme-ml-dev")

    assert (project.project_id, project.number, project.state) == ("acme-ml-dev", "100000000001", "ACTIVE")
    assert (await cloud.projects.get("100000000001")).project_id == "acme-ml-dev"


async def test_a_project_that_the_bot_may_not_see_says_so(cloud: Cloud) -> None:
    """The refusal names the permission and the call, for whoever can grant it."""
    with pytest.raises(GoogleError) as refused:
        await cloud.projects.get("acme-stranger")

    error = refused.value
    assert (error.status, error.reason) == ("PERMISSION_DENIED", "IAM_PERMISSION_DENIED")
    assert error.metadata["permission"] == "resourcemanager.projects.get"
    assert error.call == "Projects/GetProject"
    assert error.permanent
    assert error.__context__ is None


async def test_the_bot_knows_its_own_permissions(cloud: Cloud) -> None:
    """TestIamPermissions answers what the bot holds, and only that."""
    asked = ["apikeys.keys.create", "secretmanager.versions.access"]

    assert await cloud.projects.permissions("acme-ml-dev", asked) == {"apikeys.keys.create"}


async def test_a_closed_billing_account_is_no_billing(cloud: Cloud) -> None:
    """Linked and closed is told apart from linked and open."""
    assert (await cloud.billing.of("acme-ml-dev")).enabled
    closed = await cloud.billing.of("acme-legacy")
    assert (closed.enabled, closed.account) == (False, "billingAccounts/0D0D0D-0E0E0E-0F0F0F")


async def test_an_organization_that_restricts_nothing_forbids_nothing(cloud: Cloud) -> None:
    """A list constraint at its default allows the Gemini API."""
    policy = await cloud.org_policies.list_policy("acme-ml-dev", "gcp.restrictServiceUsage")

    assert not policy.forbids(GEMINI)


async def test_a_blocked_key_binding_is_seen(cloud: Cloud) -> None:
    """The boolean constraint is read as enforced where the company enforces it."""
    constraint = "iam.managed.disableServiceAccountApiKeyCreation"

    assert await cloud.org_policies.enforced("acme-locked", constraint)


async def test_a_survey_reads_what_it_may_and_names_the_rest(cloud: Cloud) -> None:
    """One unreadable fact spoils no other, and none of them is a guess."""
    healthy = await cloud.project_readiness("acme-vision")
    strange = await cloud.project_readiness("acme-stranger")

    assert (healthy.state, healthy.number, healthy.ready) == ("ACTIVE", "100000000003", True)
    assert (healthy.billing_enabled, healthy.keys) == (True, 0)
    assert healthy.unreadable == {"readers": "PERMISSION_DENIED"}, "the bot needs no right to read policies"
    assert (strange.state, strange.billing_enabled, strange.api_enabled) == (None, None, None)
    assert (strange.readers, strange.keys) == (None, None)
    assert strange.unreadable == dict.fromkeys(
        ("state", "billing_enabled", "api_enabled", "readers", "keys"), "PERMISSION_DENIED"
    )
    assert not strange.ready
    assert healthy.checked_at <= datetime.now(UTC)


async def test_who_else_reads_keys_is_seen_where_the_bot_may_look(cloud: Cloud, sandbox: Sandbox) -> None:
    """With the one right more, the survey names whoever has a role on the project that reads key strings."""
    more, less = {"bot_roles": [BOT, "roles/browser"]}, {"bot_roles": [BOT]}
    with sandbox.changed("projects/acme-vision", more, less):
        seen = await cloud.project_readiness("acme-vision")

    assert (seen.readers, seen.unreadable) == (("user:radia@acme.test",), {})


async def test_switching_the_api_on_ends_when_it_is_on(cloud: Cloud, sandbox: Sandbox) -> None:
    """After `enable` returns, `enabled` is true; a second time changes nothing."""
    off = {"services": {GEMINI: False}}
    with sandbox.changed("projects/acme-vision", off, off):
        assert not await cloud.services.enabled("acme-vision", GEMINI)

        await cloud.services.enable("acme-vision", GEMINI)

        assert await cloud.services.enabled("acme-vision", GEMINI)
        await cloud.services.enable("acme-vision", GEMINI)


async def test_every_call_names_its_request(cloud: Cloud, sandbox: Sandbox, called: list[Called]) -> None:
    """By gRPC and by REST, calls carry the request's id to Google's audit log, and are counted."""
    reason = sandbox.name()
    with named(reason):
        await cloud.projects.get("acme-ml-dev")
        with pytest.raises(GoogleError):
            await cloud.keys.create(
                "acme-stranger",
                "k1",
                display_name="x",
                service_account="a@b.c",
                service=GEMINI,
                annotations={},
            )
    await cloud.projects.get("acme-ml-dev")

    assert len(sandbox.calls("Projects/GetProject", reason)) == 1
    assert [c["door"] for c in sandbox.calls("ApiKeys/CreateKey", reason)] == ["rest"]
    assert [(c.call, c.status) for c in called] == [
        ("Projects/GetProject", "OK"),
        ("ApiKeys/CreateKey", "PERMISSION_DENIED"),
        ("Projects/GetProject", "OK"),
    ]


async def test_an_api_that_could_not_be_switched_on_says_why(cloud: Cloud, sandbox: Sandbox) -> None:
    """The outcome stands in the operation, so `enable` waits for it; its reason comes out."""
    off = {"services": {GEMINI: False}}
    how = {"operation": "fail", "code": "FAILED_PRECONDITION", "reason": "UREQ_PROJECT_BILLING_NOT_FOUND"}
    with sandbox.changed("projects/acme-vision", off, off):
        sandbox.fault("ServiceUsage/EnableService", **how)

        with pytest.raises(GoogleError) as refused:
            await cloud.services.enable("acme-vision", GEMINI)

    assert (refused.value.reason, refused.value.finished) == ("UREQ_PROJECT_BILLING_NOT_FOUND", True)
