"""The Terraform module: it parses, hangs together, and grants exactly what the code calls."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hcl2
import pytest

from bot.domain import rights
from sandbox.google.permissions import NEEDS
from sandbox.google.roles import BOT, BOT_SECRETS, ROLES
from tests.deploy.given import KNOWN
from tests.support.google_calls import calls_in_code

if TYPE_CHECKING:
    from bot.settings import Role
    from tests.deploy.given import Starts

ROOT = Path(__file__).parents[2]
TERRAFORM = ROOT / "deploy" / "terraform"
TEXTS = {path.name: path.read_text() for path in sorted(TERRAFORM.glob("*.tf"))}
PERMISSIONS: dict[str, list[str]] = json.loads((TERRAFORM / "permissions.json").read_text())
ROLES_OF_THE_BOT: tuple[Role, ...] = ("slack", "worker")
# What Google checks beside the permission that is named after the method.
BESIDE = {
    "ApiKeys/CreateKey": "iam.serviceAccountApiKeyBindings.create",
    "ApiKeys/LookupKey": "apikeys.keys.lookup",
    "CloudBilling/UpdateProjectBillingInfo": "billing.resourceAssociations.create",
    "ServiceUsage/EnableService": "serviceusage.operations.get",
}
# Called with the requester's key, not by the bot; and reads that need no permission.
WITHOUT = {"GenerativeService/GenerateContent", "ModelService/ListModels", "ApiKeys/GetOperation"}


def test_the_roles_hold_exactly_what_the_code_calls() -> None:
    """Every call's permission is granted, and nothing is granted that no call needs.

    A new call fails here until its permission stands in deploy/terraform/permissions.json, under the group
    that says when it is granted.
    """
    calls = calls_in_code()
    assert len(calls) > 25
    unknown = calls - set(NEEDS) - WITHOUT
    assert not unknown
    needed = {NEEDS[call] for call in calls - WITHOUT} | {BESIDE[call] for call in calls & set(BESIDE)}

    granted = [permission for group in PERMISSIONS.values() for permission in group]
    assert len(granted) == len(set(granted))
    assert needed - {None} == set(granted)


def test_the_stories_are_told_with_these_roles() -> None:
    """The sandbox enforces on the bot what Terraform grants: every story proves that it is enough."""
    assert ROLES[BOT] == set(PERMISSIONS["always"])
    assert ROLES[BOT_SECRETS] == set(PERMISSIONS["own_secrets"])


def test_the_doctor_asks_for_exactly_these_rights() -> None:
    """What `doctor` misses is what Terraform grants; only looking keys up is asked of nobody."""
    always = set(PERMISSIONS["always"]) | set(PERMISSIONS["own_secrets"])

    assert {*rights.NEEDED, *rights.WISHED, "apikeys.keys.lookup"} == always
    assert PERMISSIONS["who_reads"] == [rights.READ_POLICY]
    assert PERMISSIONS["billing"] == [rights.LINKING]
    assert PERMISSIONS["new_projects"] == [rights.MAKING]


def test_the_bot_can_never_read_a_secret() -> None:
    """`versions.access` is in no group, and rights on secrets are held to the bot's own by a condition."""
    granted = {permission for group in PERMISSIONS.values() for permission in group}

    assert "secretmanager.versions.access" not in granted
    assert not any("*" in permission for permission in granted)
    unconditional = {p for p in PERMISSIONS["always"] if p.startswith("secretmanager.")}
    assert unconditional == {"secretmanager.secrets.create", "secretmanager.secrets.list"}
    (condition,) = [block for block in blocks("resource") if "own_secrets" in str(block)][-1:]
    assert "gemini-key-" in str(condition)
    assert 'resource.name.startsWith(\\"projects/' in TEXTS["roles.tf"]


@pytest.mark.parametrize("name", TEXTS)
def test_it_parses(name: str) -> None:
    """It is HCL."""
    assert hcl2.loads(TEXTS[name])


def test_everything_referred_to_is_declared() -> None:
    """Variables, locals, resources and data that are used exist, and no variable is declared for nothing."""
    whole = re.sub(r"(?m)^\s*#.*$", "", "\n".join(TEXTS.values()))
    declared = {
        "var": set(re.findall(r'^variable "(\w+)"', whole, re.MULTILINE)),
        "resource": {".".join(p) for p in re.findall(r'^resource "(\w+)" "(\w+)"', whole, re.MULTILINE)},
        "data": {".".join(p) for p in re.findall(r'^data "(\w+)" "(\w+)"', whole, re.MULTILINE)},
    }
    used = {
        "var": set(re.findall(r"\bvar\.(\w+)", whole)),
        "resource": {".".join(p) for p in re.findall(r"(?<!data\.)\b(google_\w+)\.(\w+)", whole)},
        "data": {".".join(p) for p in re.findall(r"\bdata\.(\w+)\.(\w+)", whole)},
    }
    defined = {name for block in blocks("locals") for name in block}

    assert used["var"] == declared["var"]
    assert used["resource"] <= declared["resource"]
    assert used["data"] <= declared["data"]
    assert set(re.findall(r"\blocal\.(\w+)", whole)) == {
        name for name in defined if not name.startswith("__")
    }


def test_each_role_reads_its_own_secrets() -> None:
    """What both read is the policy; the worker reads nothing of Slack's."""
    for deployment in ("one", "several"):
        read = {role: set(table("secrets_of")[deployment][role].values()) for role in ROLES_OF_THE_BOT}
        assert read["worker"] == {"redis-url-worker"}
        assert "redis-url-slack" in read["slack"]
        assert read["slack"] & read["worker"] == set()
    flat = " ".join(TEXTS["secrets.tf"].split())
    for role in ROLES_OF_THE_BOT:
        assert f"for secret in values(local.mounted.{role}) : secret => [local.members.{role}]" in flat
        assert f"{role} = google_service_account.{role}.member" in flat


@pytest.mark.parametrize("deployment", ["one", "several"])
@pytest.mark.parametrize("role", ROLES_OF_THE_BOT)
def test_a_role_starts_with_what_it_is_given(deployment: str, role: Role, starts: Starts) -> None:
    """What Cloud Run gives, in variables and mounted secrets, are settings of ours, and enough."""
    given = {**table("settings_of")[deployment][role], **table("secrets_of")[deployment][role]}

    assert set(given) <= KNOWN
    known = starts(role, given)
    rules = known.policy_file if deployment == "one" else known.policy_dir
    assert str(rules).startswith("/secrets/policy")
    assert bool(known.slack_client_id) == (deployment == "several" and role == "slack")


def table(name: str) -> dict[str, dict[str, dict[str, str]]]:
    """Read a local that is a table by deployment and role; the parser leaves quotes on strings."""
    (found,) = [block[name] for block in blocks("locals") if name in block]
    return {
        deployment: {
            role: {setting: value.strip('"') for setting, value in given.items()}
            for role, given in roles.items()
        }
        for deployment, roles in found.items()
    }


def blocks(kind: str) -> list[dict[str, Any]]:
    """List blocks of one kind."""
    return [block for text in TEXTS.values() for block in hcl2.loads(text).get(kind, [])]
