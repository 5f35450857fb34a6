"""Auth keys: API keys bound to a service account, which only REST can mint."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.google.clock import Delays

EMAIL = "gk-tests@acme-ml-dev.iam.gserviceaccount.com"


def reason(body: Any) -> str:
    return str(body["error"]["details"][0]["reason"])


async def account(clients: Any, project: str = "acme-ml-dev") -> None:
    await clients.iam.create_service_account(name=f"projects/{project}", account_id="gk-tests")


async def test_an_auth_key_starts_with_aq_and_shows_its_service_account(clients: Any, rest: Any) -> None:
    """ServiceAccountEmail travels beside the message, in the operation, in Get and in List."""
    await account(clients)

    status, operation = await rest.mint()

    key = operation["response"]
    assert (status, key["serviceAccountEmail"], key["keyString"][:3]) == (200, EMAIL, "AQ.")
    _, read = await rest.call("GET", f"/v2/{key['name']}")
    _, listed = await rest.call("GET", "/v2/projects/acme-ml-dev/locations/global/keys")
    assert read["serviceAccountEmail"] == listed["keys"][0]["serviceAccountEmail"] == EMAIL
    assert "keyString" not in read


async def test_a_locked_project_refuses_the_binding_with_a_reason(clients: Any, rest: Any) -> None:
    """The organization policy of acme-locked lists services and leaves Gemini out."""
    await account(clients, "acme-locked")

    status, body = await rest.mint("acme-locked")

    assert (status, body["error"]["status"]) == (400, "FAILED_PRECONDITION")
    assert reason(body) == "FLOW_APIKEY_SERVICE_ACCOUNT_BINDING_FAILED_PRECONDITION"


@pytest.mark.parametrize("targets", [[], [{"service": "aiplatform.googleapis.com"}]])
async def test_the_default_policy_lets_gemini_keys_through_only(
    clients: Any, rest: Any, targets: list[dict[str, str]]
) -> None:
    """A key that is open to everything or to another service may not be bound under the default policy."""
    await account(clients)

    status, body = await rest.mint(restrictions={"apiTargets": targets})

    assert (status, body["error"]["status"]) == (400, "FAILED_PRECONDITION")


async def test_binding_needs_its_own_permission(cloud: Any, clients: Any, rest: Any) -> None:
    """A role with apikeys.keys.create but without the binding permission is told which one is missing."""
    await account(clients)
    for binding in cloud.world.projects["acme-ml-dev"].policy.bindings:
        if binding.role.endswith("geminiKeyBot"):
            binding.role = "roles/serviceusage.apiKeysAdmin"

    status, body = await rest.mint()

    assert status == 403
    assert reason(body) == "FLOW_APIKEY_SERVICE_ACCOUNT_BINDING_PERMISSION_ERROR"
    assert body["error"]["details"][0]["metadata"]["permission"].startswith(
        "iam.serviceAccountApiKeyBindings"
    )


async def test_a_missing_service_account_cannot_be_bound(rest: Any) -> None:
    """The account must exist; nothing is minted otherwise."""
    status, body = await rest.mint()

    assert (status, body["error"]["status"]) == (400, "INVALID_ARGUMENT")
    _, listed = await rest.call("GET", "/v2/projects/acme-ml-dev/locations/global/keys")
    assert listed == {}


class TestWithDelays:
    """A new service account takes a moment to be known elsewhere."""

    @pytest.fixture
    def delays(self) -> Delays:
        return Delays(
            operation=timedelta(0),
            key=timedelta(0),
            api=timedelta(0),
            service_account=timedelta(minutes=1),
        )

    async def test_a_new_account_can_be_bound_only_once_it_is_visible(
        self, clients: Any, rest: Any, clock: Any
    ) -> None:
        """Binding right after creation is refused, a minute later it works."""
        await account(clients)

        early, _ = await rest.mint()
        clock.forward(minutes=2)
        late, _ = await rest.mint()

        assert (early, late) == (400, 200)
