"""Misconfigurations at Google, planted one by one into a healthy set-up: each is found, and alone."""

from __future__ import annotations

import os
from typing import Any

import pytest
from google.cloud.api_keys_v2.types import Key
from google.cloud.orgpolicy_v2.types import Policy as OrgPolicy

from bot.doctor.line import Mark
from sandbox.google.company import CLOSED_ACCOUNT, CONTROL_PLANE, set_binding_policy, set_bot_roles
from sandbox.google.roles import BOT
from sandbox.google.services.resource_manager import set_deleted
from sandbox.google.state import ApiKey
from tests.doctor.planted import Planted, find, forget_the_bot, google
from tests.doctor.stage import ACCOUNT, BOT_EMAIL, PROJECT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
ADD_ROLE = f"gcloud projects add-iam-policy-binding {PROJECT} --member=serviceAccount:{BOT_EMAIL}"
FIXES = f'[fixes]\nbilling_account = "billingAccounts/{ACCOUNT}"\n[[projects]]'


def forbid(stage: Stage, constraint: str, rule: dict[str, Any]) -> None:
    name = f"{stage.project.name}/policies/{constraint}"
    stage.project.org_policies[constraint] = OrgPolicy(name=name, spec={"rules": [rule]})


def fill_with_keys(stage: Stage, count: int) -> None:
    for n in range(count):
        now = stage.world.clock()
        key = Key(name=f"{stage.project.name}/locations/global/keys/k{n}", uid=f"u{n}", create_time=now)
        stage.project.keys[f"k{n}"] = ApiKey(f"k{n}", key, f"not a key {n}", now)


CASES = [
    # Google: who the bot is.
    google(
        "no credential file",
        lambda s: os.environ.update(GOOGLE_APPLICATION_CREDENTIALS=str(s.policy.with_name("no.json"))),
        "google-credentials-missing",
        "Workload Identity",
    ),
    google(
        "a file that is no credential",
        lambda s: os.environ.update(GOOGLE_APPLICATION_CREDENTIALS=str(s.policy)),
        "google-credentials-missing",
        "GOOGLE_APPLICATION_CREDENTIALS",
    ),
    google(
        "a disabled account",
        lambda s: setattr(s.home.service_accounts[BOT_EMAIL].message, "disabled", True),
        "google-credentials-refused",
        f"gcloud iam service-accounts enable {BOT_EMAIL}",
    ),
    *(
        google(
            f"{api} is off at home",
            lambda s, api=api: s.home.services.pop(api),
            "bot-api-disabled",
            f"gcloud services enable {api} --project=acme-bot",
        )
        for api in CONTROL_PLANE
    ),
    # Google: the project.
    google("a project without the bot", lambda s: set_bot_roles(s.project, []), "project-unseen", ADD_ROLE),
    google("no such project", lambda s: s.say(PROJECT, "acme-nowhere"), "project-unseen", "correct its id"),
    google(
        "a project on its way out",
        lambda s: set_deleted(s.project, s.world.clock()),
        "project-delete-requested",
        f"gcloud projects undelete {PROJECT}",
    ),
    google(
        "nobody pays",
        lambda s: setattr(s.project, "billing_account", ""),
        "billing-disabled",
        f"gcloud billing projects link {PROJECT}",
    ),
    google(
        "a closed account pays",
        lambda s: setattr(s.project, "billing_account", CLOSED_ACCOUNT.account_id),
        "billing-account-closed",
        CLOSED_ACCOUNT.account_id,
    ),
    google(
        "the free tier",
        lambda s: (s.say("billing_required = true\n", ""), setattr(s.project, "billing_account", "")),
        "free-tier",
        "may use what is sent",
        mark=Mark.WARNING,
    ),
    google(
        "the API is off and may not be switched on",
        lambda s: (s.rights("serviceusage.services.enable"), s.project.services.clear()),
        "api-off",
        f"gcloud services enable generativelanguage.googleapis.com --project={PROJECT}",
        beside=("permission-missing",),
    ),
    google(
        "Secret Manager is off there",
        lambda s: s.project.services.pop("secretmanager.googleapis.com"),
        "api-off",
        f"gcloud services enable secretmanager.googleapis.com --project={PROJECT}",
    ),
    google(
        "the organization denies the API",
        lambda s: forbid(
            s,
            "gcp.restrictServiceUsage",
            {"values": {"denied_values": ["generativelanguage.googleapis.com"]}},
        ),
        "org-service-forbidden",
        "allowed values",
    ),
    google(
        "the organization allows others only",
        lambda s: forbid(
            s, "gcp.restrictServiceUsage", {"values": {"allowed_values": ["compute.googleapis.com"]}}
        ),
        "org-service-forbidden",
        "gcp.restrictServiceUsage",
    ),
    google(
        "no key may be bound",
        lambda s: set_binding_policy(s.project, enforce=True, allowed_services=["aiplatform.googleapis.com"]),
        "binding-blocked",
        "gcloud org-policies set-policy",
    ),
    google(
        "no account may be created",
        lambda s: forbid(s, "iam.disableServiceAccountCreation", {"enforce": True}),
        "service-accounts-blocked",
        "iam.disableServiceAccountCreation",
    ),
    google(
        "one permission is missing",
        lambda s: s.rights("iam.serviceAccountApiKeyBindings.create"),
        "permission-missing",
        "--add-permissions=iam.serviceAccountApiKeyBindings.create",
    ),
    google(
        "two permissions are missing",
        lambda s: s.rights("apikeys.keys.create", "apikeys.keys.delete"),
        "permission-missing",
        "--add-permissions=apikeys.keys.create,apikeys.keys.delete",
    ),
    google(
        "rights on secrets are missing",
        lambda s: s.rights("secretmanager.secrets.setIamPolicy", "secretmanager.versions.add"),
        "permission-missing",
        "secretmanager.versions.add",
    ),
    google(
        "a condition on secrets, and no secret yet to ask about",
        lambda s: s.project.secrets.clear(),
        "permission-missing",
        "secretmanager.versions.add",
        mark=Mark.UNKNOWN,
    ),
    google(
        "org policies are not read",
        lambda s: s.rights("orgpolicy.policy.get"),
        "permission-wished",
        "orgpolicy.policy.get",
        mark=Mark.WARNING,
    ),
    google(
        "usage is not read",
        lambda s: s.rights("monitoring.timeSeries.list"),
        "permission-wished",
        "monitoring.timeSeries.list",
        mark=Mark.WARNING,
    ),
    google(
        "the bot can read what it stored",
        lambda s: s.rights(beside=("secretmanager.versions.access",)),
        "permission-too-wide",
        "secretmanager.versions.access",
        mark=Mark.WARNING,
    ),
    google(
        "the owner reads keys",
        lambda s: set_bot_roles(s.project, [BOT, "roles/browser"]),
        "other-readers",
        "user:radia@acme.test (roles/owner)",
        mark=Mark.WARNING,
    ),
    google("no room for keys", lambda s: fill_with_keys(s, 300), "keys-full", "api-keys list"),
    google("little room", lambda s: fill_with_keys(s, 270), "keys-full", "limit", mark=Mark.WARNING),
    google(
        "an account that may not be linked",
        lambda s: (
            s.say("[[projects]]", FIXES),
            forget_the_bot(s.world.billing_accounts[ACCOUNT].policy),
        ),
        "billing-link-account",
        f"gcloud billing accounts add-iam-policy-binding {ACCOUNT}",
        beside=("permission-missing",),
    ),
    google(
        "a closed account to be linked",
        lambda s: (
            s.say("[[projects]]", FIXES),
            setattr(s.world.billing_accounts[ACCOUNT], "open", False),
        ),
        "billing-link-account",
        "open account in the policy",
        beside=("permission-missing", "billing-account-closed"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_what_is_planted_is_found(stage: Stage, case: Planted) -> None:
    """The doctor names what is wrong, with the exact fix, and raises no alarm about what is not."""
    await find(stage, case)
