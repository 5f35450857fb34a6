"""Every cause that Google's APIs can prove is proven on the whole path: Slack, worker, Google and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from google.cloud.api_keys_v2.types import Restrictions
from google.cloud.orgpolicy_v2.types import Policy
from google.iam.v1 import policy_pb2

from sandbox.google.company import BOT_EMAIL, set_bot_roles
from sandbox.google.principals import service_account
from sandbox.google.roles import BOT
from sandbox.google.services.resource_manager import set_deleted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.why.company import Company

pytestmark = pytest.mark.asyncio(loop_scope="session")

GEMINI = "generativelanguage.googleapis.com"
DEV, NUMBER = "acme-ml-dev", "100000000001"
BLOCKED = (
    f"403 Requests to this API {GEMINI} method google.ai.generativelanguage.v1beta.GenerativeService"
    f".GenerateContent are blocked. [reason: API_KEY_SERVICE_BLOCKED consumer: projects/{NUMBER}]"
)


def _api_off(company: Company, key: str) -> None:
    company.project(DEV).services.pop(GEMINI)


def _deleted_key(company: Company, key: str) -> None:
    company.google_key(key).message.delete_time = datetime.now(UTC)


def _standard_key(company: Company, key: str) -> None:
    company.google_key(key).service_account_email = ""


def _no_billing(company: Company, key: str) -> None:
    company.project(DEV).trouble.billing_disabled = True
    company.project(DEV).billing_account = ""


def _unpaid(company: Company, key: str) -> None:
    company.project(DEV).trouble.dunning = True
    account = company.town.cloud.world.billing_accounts[company.project(DEV).billing_account]
    account.open = False
    account.policy.bindings.add(role="roles/billing.viewer", members=[service_account(BOT_EMAIL).member])


def _restricted(**restrictions: Any) -> Callable[[Company, str], None]:
    def change(company: Company, key: str) -> None:
        targets = restrictions.pop("api_targets", [{"service": GEMINI}])
        company.google_key(key).message.restrictions = Restrictions(api_targets=targets, **restrictions)
        restrictions["api_targets"] = targets

    return change


def _unrestricted(company: Company, key: str) -> None:
    company.google_key(key).message.restrictions = Restrictions()


def _deleted_project(company: Company, key: str) -> None:
    set_deleted(company.project(DEV), datetime.now(UTC))


def _no_account(company: Company, key: str) -> None:
    for account in company.project(DEV).service_accounts.values():
        account.message.disabled = True


def _denied(company: Company, key: str) -> None:
    company.project(DEV).trouble.denied = True
    set_bot_roles(company.project(DEV), [BOT, "roles/serviceusage.apiKeysViewer"])


def _readable_key(company: Company, key: str) -> None:
    set_bot_roles(company.project(DEV), [BOT, "roles/serviceusage.apiKeysViewer"])


def _forbidden_service(company: Company, key: str) -> None:
    rule = {"values": {"denied_values": [GEMINI]}}
    company.project(DEV).org_policies["gcp.restrictServiceUsage"] = Policy(spec={"rules": [rule]})


def _no_access(company: Company, key: str) -> None:
    for secret in company.project(DEV).secrets.values():
        secret.policy = policy_pb2.Policy()


def _nothing(company: Company, key: str) -> None:
    pass


ANDROID = {
    "android_key_restrictions": {"allowed_applications": [{"package_name": "a.b", "sha1_fingerprint": "AA"}]}
}
FORBIDDEN = (
    "403 PERMISSION_DENIED. Request is disallowed by organization's constraints/gcp.restrictServiceUsage "
    f"constraint for 'projects/{NUMBER}' attempting to use service '{GEMINI}'."
)
UNREADABLE = (
    "PERMISSION_DENIED: Permission 'secretmanager.versions.access' denied for resource "
    f"'projects/{NUMBER}/secrets/gemini-key-x/versions/1' (or it may not exist)."
)
# What breaks, the text (None: whatever a real call is answered), the title that must be confirmed, the proof.
STATES = {
    "service-disabled": (_api_off, None, "The Gemini API is switched off in acme-ml-dev", "GetService"),
    "key-not-found": (_deleted_key, None, "This API key does not exist, or not yet", "ApiKeys/GetKey"),
    "standard-key-cutoff": (_standard_key, None, "Google refuses the old kind of key", "ApiKeys/GetKey"),
    "billing-disabled": (_no_billing, None, "Billing is off in acme-ml-dev", "GetProjectBillingInfo"),
    "billing-dunning-hold": (_unpaid, None, "because of an unpaid bill", "GetBillingAccount"),
    "key-service-blocked": (
        _restricted(api_targets=[{"service": "aiplatform.googleapis.com"}]),
        None,
        "The key is not allowed to call",
        "ApiKeys/GetKey",
    ),
    "key-unrestricted-blocked": (_unrestricted, BLOCKED, "Gemini refuses keys without", "ApiKeys/GetKey"),
    "key-referrer-blocked": (
        _restricted(browser_key_restrictions={"allowed_referrers": ["https://acme.test/*"]}),
        None,
        "certain websites only",
        "ApiKeys/GetKey",
    ),
    "key-ip-blocked": (
        _restricted(server_key_restrictions={"allowed_ips": ["10.9.8.7"]}),
        None,
        "may not be used from this IP address",
        "ApiKeys/GetKey",
    ),
    "key-android-blocked": (_restricted(**ANDROID), None, "certain Android apps only", "ApiKeys/GetKey"),
    "key-ios-blocked": (
        _restricted(ios_key_restrictions={"allowed_bundle_ids": ["test.acme.app"]}),
        None,
        "certain iOS apps only",
        "ApiKeys/GetKey",
    ),
    "account-state-invalid": (_no_account, None, "The account behind the credential", "GetServiceAccount"),
    "project-delete-requested": (_deleted_project, None, "acme-ml-dev is being deleted", "GetProject"),
    "project-denied-access": (
        _denied,
        None,
        "Google has closed the Gemini API for this project",
        "ModelService/ListModels",
    ),
    "org-restrict-service-usage": (
        _forbidden_service,
        FORBIDDEN,
        "does not allow",
        "OrgPolicy/GetEffectivePolicy",
    ),
    "sa-key-creation-blocked": (
        _nothing,
        f"400 FAILED_PRECONDITION Key creation is not allowed on this service account. projects/{NUMBER}",
        "The organization forbids service account JSON keys",
        "OrgPolicy/GetEffectivePolicy",
    ),
    "secret-access-missing": (
        _no_access,
        UNREADABLE,
        "You may not read the secret that holds your key",
        "SecretManagerService/GetIamPolicy",
    ),
}


@pytest.mark.parametrize("cause", STATES)
async def test_a_cause_is_confirmed_with_its_proof(company: Company, cause: str) -> None:
    """The answer names the cause, says that it is confirmed, and which call proved it."""
    state, text, title, proof = STATES[cause]
    key = await company.key(DEV)
    state(company, key)
    if text is None:
        status, text = await company.call(key)
        assert status >= 400, text

    said = await company.ask(text)

    assert title in said
    assert "Confirmed by what I read" in said
    assert f"{proof}" in said[said.index("Confirmed by what I read") :]


async def test_a_missing_model_is_confirmed_where_the_key_may_be_tried(company: Company) -> None:
    """With the right to read key texts, the key's models are listed, and the wrong one is not among them."""
    key = await company.key(DEV)
    _readable_key(company, key)
    status, text = await company.call(key, "gemini-0-imagined")
    assert status == 404

    said = await company.ask(text, f"key:{key}")

    assert "Confirmed by what I read" in said
    assert "ModelService/ListModels" in said


async def test_a_policy_on_bindings_is_confirmed_in_the_project_that_was_chosen(company: Company) -> None:
    """The asker names the project where the text does not."""
    text = "400 Operation denied by org policy constraints/iam.managed.disableServiceAccountApiKeyCreation"

    said = await company.ask(text, "project:acme-locked")

    assert "does not let keys be bound to service accounts" in said
    assert "Confirmed by what I read" in said


async def test_an_error_that_is_over_is_said_to_be_over(company: Company) -> None:
    """What was read now and speaks against the error is said, not a stale cause."""
    key = await company.key(DEV)
    _api_off(company, key)
    _, text = await company.call(key)
    company.project(DEV).services[GEMINI] = datetime.now(UTC)

    said = await company.ask(text)

    assert "speaks against it" in said
    assert "Confirmed" not in said


async def test_a_fact_that_cannot_be_read_is_no_evidence(company: Company) -> None:
    """Without the right to look, the cause stays likely and the unread fact is listed."""
    key = await company.key(DEV)
    _api_off(company, key)
    _, text = await company.call(key)
    set_bot_roles(company.project(DEV), [])

    said = await company.ask(text)

    assert "Likely, going by the text alone" in said
    assert "Could not be read: `ServiceUsage/GetService` (not allowed)" in said
    assert "I, the bot" not in said
