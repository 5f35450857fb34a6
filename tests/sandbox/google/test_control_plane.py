"""Projects, services, billing, service accounts and organization policy, through Google's own clients."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud.resourcemanager_v3.types import Project
from google.cloud.service_usage_v1.types import State

from sandbox.google import roles
from sandbox.google.clock import Delays
from sandbox.google.company import set_bot_roles

GEMINI = "generativelanguage.googleapis.com"
OPEN = "billingAccounts/0A0A0A-0B0B0B-0C0C0C"
CLOSED = "billingAccounts/0D0D0D-0E0E0E-0F0F0F"
BOT = "serviceAccount:gemini-key-bot@acme-bot.iam.gserviceaccount.com"


def give(cloud: Any, role: str, project: str = "acme-ml-dev") -> None:
    cloud.world.projects[project].policy.bindings.add(role=role, members=[BOT])


async def test_the_bot_sees_its_projects_and_no_others(clients: Any) -> None:
    """Search filters by permission; the stranger's project is 403 with the permission named."""
    found = [p.project_id async for p in await clients.projects.search_projects(timeout=5)]
    assert found == ["acme-ml-dev", "acme-ml-prod", "acme-vision", "acme-legacy", "acme-locked"]
    prod = [p.project_id async for p in await clients.projects.search_projects(query="labels.env:prod")]
    assert prod == ["acme-ml-prod"]

    by_id = await clients.projects.get_project(name="projects/acme-ml-dev", timeout=5)
    by_number = await clients.projects.get_project(name=by_id.name, timeout=5)
    assert (by_id.name, by_id) == ("projects/100000000001", by_number)

    with pytest.raises(exceptions.PermissionDenied, match="or it may not exist") as caught:
        await clients.projects.get_project(name="projects/acme-stranger", timeout=5)
    with pytest.raises(exceptions.PermissionDenied):
        await clients.projects.get_project(name="projects/no-such-project", timeout=5)
    assert caught.value.metadata["permission"] == "resourcemanager.projects.get"


async def test_a_deleted_project_refuses_work_until_it_is_restored(
    cloud: Any, clients: Any, page: Any
) -> None:
    """DELETE_REQUESTED: still readable, unusable, and restorable."""
    give(cloud, "roles/owner")
    await page.admin("projects/acme-ml-dev", {"deleted": True})
    name = "projects/acme-ml-dev"
    read = await clients.projects.get_project(name=name, timeout=5)
    assert read.state == Project.State.DELETE_REQUESTED
    with pytest.raises(exceptions.PermissionDenied, match="has been deleted"):
        await clients.api_keys.list_keys(parent=f"{name}/locations/global", timeout=5)

    operation = await clients.projects.undelete_project(name=name, timeout=5)

    assert (await operation.result(timeout=5)).state == Project.State.ACTIVE


async def test_the_gemini_api_can_be_enabled_in_acme_vision(clients: Any) -> None:
    """Enable is an operation, twice is as good as once, and the state shows by number."""
    name = f"projects/acme-vision/services/{GEMINI}"
    before = await clients.services.get_service(request={"name": name}, timeout=5)
    for _ in range(2):
        operation = await clients.services.enable_service(request={"name": name}, timeout=5)
        result = await operation.result(timeout=5)
    assert (before.state, result.service.state) == (State.DISABLED, State.ENABLED)
    assert result.service.name == f"projects/100000000003/services/{GEMINI}"


async def test_a_paid_service_asks_for_open_billing(cloud: Any, clients: Any) -> None:
    """The refusal tells a missing account from a closed one; Gemini itself needs none."""
    name = "projects/acme-legacy/services/aiplatform.googleapis.com"
    with pytest.raises(exceptions.FailedPrecondition) as closed:
        await clients.services.enable_service(request={"name": name}, timeout=5)
    cloud.world.projects["acme-legacy"].billing_account = ""
    with pytest.raises(exceptions.FailedPrecondition) as missing:
        await clients.services.enable_service(request={"name": name}, timeout=5)

    assert closed.value.reason == "UREQ_PROJECT_BILLING_NOT_OPEN"
    assert missing.value.reason == "UREQ_PROJECT_BILLING_NOT_FOUND"


async def test_enabling_without_permission_has_a_reason_of_its_own(clients: Any) -> None:
    """Service Usage says AUTH_PERMISSION_DENIED where others say IAM_PERMISSION_DENIED."""
    with pytest.raises(exceptions.PermissionDenied) as caught:
        await clients.services.enable_service(
            request={"name": f"projects/acme-stranger/services/{GEMINI}"}, timeout=5
        )
    assert caught.value.reason == "AUTH_PERMISSION_DENIED"


async def test_services_are_enabled_and_read_in_batches(cloud: Any, clients: Any) -> None:
    """At most 20 to enable; unknown ones are refused together with the known."""
    parent = "projects/acme-vision"
    ids = [GEMINI, "aiplatform.googleapis.com"]
    request = {"parent": parent, "service_ids": ids}
    await clients.services.batch_enable_services(request=request, timeout=5)
    assert set(ids) <= cloud.world.projects["acme-vision"].services.keys()

    with pytest.raises(exceptions.InvalidArgument):
        await clients.services.batch_enable_services({"parent": parent, "service_ids": [GEMINI] * 21})
    with pytest.raises(exceptions.PermissionDenied, match="Not found or permission denied"):
        await clients.services.batch_enable_services({"parent": parent, "service_ids": ["no.invalid"]})


async def test_an_api_off_in_the_bots_own_project_names_that_project(cloud: Any, clients: Any) -> None:
    """The classic trap: SERVICE_DISABLED speaks of the caller's project, not of the requester's."""
    del cloud.world.projects["acme-bot"].services["apikeys.googleapis.com"]

    with pytest.raises(exceptions.PermissionDenied) as caught:
        await clients.api_keys.list_keys(parent="projects/acme-ml-dev/locations/global", timeout=5)

    assert caught.value.reason == "SERVICE_DISABLED"
    assert caught.value.metadata["consumer"] == "projects/100000000009"


async def test_another_quota_project_must_allow_its_use(cloud: Any, rest: Any) -> None:
    """x-goog-user-project: fine where the bot may use it, USER_PROJECT_DENIED elsewhere."""
    set_bot_roles(
        cloud.world.projects["acme-ml-prod"], [roles.BOT, "roles/serviceusage.serviceUsageConsumer"]
    )
    headers = await rest.bot_headers()
    path = "/v3/projects/acme-ml-dev"

    fine, _ = await rest.call("GET", path, headers={**headers, "x-goog-user-project": "acme-ml-prod"})
    denied, body = await rest.call("GET", path, headers={**headers, "x-goog-user-project": "acme-stranger"})

    assert (fine, denied) == (200, 403)
    assert body["error"]["details"][0]["reason"] == "USER_PROJECT_DENIED"


async def test_billing_is_off_where_the_account_is_closed(clients: Any) -> None:
    """acme-legacy is linked to a closed account: billing_enabled is False."""
    dev = await clients.billing.get_project_billing_info(name="projects/acme-ml-dev", timeout=5)
    legacy = await clients.billing.get_project_billing_info(name="projects/acme-legacy", timeout=5)

    assert (dev.billing_account_name, dev.billing_enabled) == (OPEN, True)
    assert (legacy.billing_account_name, legacy.billing_enabled) == (CLOSED, False)


async def test_linking_billing_needs_permission_on_project_and_account(cloud: Any, clients: Any) -> None:
    """Both halves are asked for; with both the project is paid for."""
    request = {
        "name": "projects/acme-legacy",
        "project_billing_info": {"billing_account_name": OPEN},
    }
    with pytest.raises(exceptions.PermissionDenied):
        await clients.billing.update_project_billing_info(request=request, timeout=5)
    give(cloud, "roles/billing.projectManager", "acme-legacy")
    account = cloud.world.billing_accounts["0A0A0A-0B0B0B-0C0C0C"]
    its_own = account.policy.bindings.pop()
    assert (its_own.role, list(its_own.members)) == ("roles/billing.user", [BOT])
    with pytest.raises(exceptions.PermissionDenied):
        await clients.billing.update_project_billing_info(request=request, timeout=5)
    account.policy.bindings.append(its_own)

    info = await clients.billing.update_project_billing_info(request=request, timeout=5)

    assert info.billing_enabled
    assert (await clients.billing.get_billing_account(name=OPEN, timeout=5)).open_
    names = [a.name async for a in await clients.billing.list_billing_accounts(timeout=5)]
    assert names == [OPEN]
    account.link_limit = 1
    with pytest.raises(exceptions.FailedPrecondition, match="billing quota exceeded"):
        await clients.billing.update_project_billing_info(request=request, timeout=5)


async def test_the_default_org_policy_blocks_bindings_without_naming_services(clients: Any) -> None:
    """Effective: enforced with no list (Gemini-only keys pass); acme-locked has a list without Gemini."""
    constraint = "policies/iam.managed.disableServiceAccountApiKeyCreation"
    dev = await clients.org_policy.get_effective_policy(
        request={"name": f"projects/acme-ml-dev/{constraint}"}, timeout=5
    )
    locked = await clients.org_policy.get_effective_policy(
        request={"name": f"projects/acme-locked/{constraint}"}, timeout=5
    )
    own = await clients.org_policy.get_policy(
        request={"name": f"projects/acme-locked/{constraint}"}, timeout=5
    )

    assert [(r.enforce, r.parameters) for r in dev.spec.rules] == [(True, None)]
    assert [(r.enforce, list(r.parameters["allowedServices"])) for r in locked.spec.rules] == [
        (True, ["aiplatform.googleapis.com"])
    ]
    assert own.spec.etag
    with pytest.raises(exceptions.NotFound):
        await clients.org_policy.get_policy(request={"name": f"projects/acme-ml-dev/{constraint}"})
    with pytest.raises(exceptions.NotFound):
        await clients.org_policy.get_effective_policy(
            request={"name": "projects/acme-ml-dev/policies/no.such"}
        )


async def test_a_service_account_exists_once_and_has_a_unique_id(clients: Any, cloud: Any) -> None:
    """Second creation is ALREADY_EXISTS; deletion makes room for another identity."""
    name = "projects/acme-ml-dev"
    first = await clients.iam.create_service_account(name=name, account_id="gk-7f3k", timeout=5)
    assert first.email == "gk-7f3k@acme-ml-dev.iam.gserviceaccount.com"
    with pytest.raises(exceptions.AlreadyExists):
        await clients.iam.create_service_account(name=name, account_id="gk-7f3k", timeout=5)
    with pytest.raises(exceptions.PermissionDenied):
        await clients.iam.delete_service_account(name=first.name, timeout=5)

    give(cloud, "roles/iam.serviceAccountAdmin")
    await clients.iam.delete_service_account(name=first.name, timeout=5)
    second = await clients.iam.create_service_account(name=name, account_id="gk-7f3k", timeout=5)

    assert second.unique_id != first.unique_id


@pytest.mark.parametrize("account_id", ["short", "Upper-case", "ends-with-", "x" * 31, "1digit-first"])
async def test_an_account_id_outside_the_rules_is_refused(clients: Any, account_id: str) -> None:
    """6 to 30 characters of [a-z]([-a-z0-9]*[a-z0-9])."""
    with pytest.raises(exceptions.InvalidArgument):
        await clients.iam.create_service_account(
            name="projects/acme-ml-dev", account_id=account_id, timeout=5
        )


async def test_a_missing_account_is_404_by_project_and_403_by_wildcard(clients: Any) -> None:
    """With projects/- IAM does not say whether the account exists."""
    email = "gk-none@acme-ml-dev.iam.gserviceaccount.com"
    with pytest.raises(exceptions.NotFound):
        await clients.iam.get_service_account(name=f"projects/acme-ml-dev/serviceAccounts/{email}")
    with pytest.raises(exceptions.PermissionDenied):
        await clients.iam.get_service_account(name=f"projects/-/serviceAccounts/{email}")


class TestWithDelays:
    """A new account is not visible at once."""

    @pytest.fixture
    def delays(self) -> Delays:
        return Delays(timedelta(), timedelta(), timedelta(), timedelta(minutes=1))

    async def test_a_new_account_becomes_visible_later(self, clients: Any, clock: Any) -> None:
        """Get right after Create is NOT_FOUND; so is its use in a policy."""
        made = await clients.iam.create_service_account(
            name="projects/acme-ml-dev", account_id="gk-late", timeout=5
        )
        with pytest.raises(exceptions.NotFound):
            await clients.iam.get_service_account(name=made.name, timeout=5)

        clock.forward(minutes=2)

        assert (await clients.iam.get_service_account(name=made.name, timeout=5)).email == made.email


async def test_a_method_without_logic_is_unimplemented(clients: Any, rest: Any) -> None:
    """GRPC and REST agree; an unknown path is Google's 404 page."""
    with pytest.raises(exceptions.MethodNotImplemented):
        await clients.projects.move_project(
            name="projects/acme-ml-dev", destination_parent="folders/1", timeout=5
        )
    status, body = await rest.call(
        "POST", "/v3/projects/acme-ml-dev:move", {"destinationParent": "folders/1"}
    )
    assert (status, body["error"]["status"]) == (501, "UNIMPLEMENTED")
    async with rest.session.get(f"{rest.base}/v9/nothing") as answer:
        assert (answer.status, "404" in await answer.text()) == (404, True)
