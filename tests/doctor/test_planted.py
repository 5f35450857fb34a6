"""Misconfigurations planted one by one into a healthy set-up: each is found, with its fix, alone.

One file, because the table of faults is one subject and its helpers serve it alone.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from google.cloud.api_keys_v2.types import Key
from google.cloud.orgpolicy_v2.types import Policy as OrgPolicy

from bot.doctor.line import Mark
from bot.store import keys
from bot.store.api_tokens import ApiTokens
from bot.store.redis import connect
from sandbox.google.company import CLOSED_ACCOUNT, CONTROL_PLANE, set_binding_policy, set_bot_roles
from sandbox.google.roles import BOT
from sandbox.google.services.resource_manager import set_deleted
from sandbox.google.state import ApiKey
from tests.doctor.stage import ACCOUNT, BOT_EMAIL, PROJECT, Stage, wrong
from tests.support.people import TEAM
from tests.support.portal import new_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Role

pytestmark = pytest.mark.asyncio(loop_scope="module")
ADD_ROLE = f"gcloud projects add-iam-policy-binding {PROJECT} --member=serviceAccount:{BOT_EMAIL}"
RESTRICT = "gcp.restrictServiceUsage"
FIXES = f'[fixes]\nbilling_account = "billingAccounts/{ACCOUNT}"\n[[projects]]'


@dataclass(frozen=True)
class Planted:
    """What is spoilt, and what the doctor must say: the check, how it stands, a part of fix or command."""

    name: str
    role: Role
    spoil: Callable[[Stage], Any]
    check: str
    says: str
    mark: Mark = Mark.PROBLEM
    beside: tuple[str, ...] = ()


def slack(name: str, spoil: Callable[[Stage], Any], check: str, says: str, **more: Any) -> Planted:
    return Planted(name, "slack", spoil, check, says, **more)


def folder(stage: Stage, *team_ids: str) -> None:
    """Give these workspaces a policy each, all with the same text."""
    path = stage.policy.with_name("policies")
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    for team_id in team_ids:
        (path / f"{team_id}.toml").write_text(stage.policy.read_text())
    stage.set(policy_file=None, policy_dir=path)


def google(name: str, spoil: Callable[[Stage], Any], check: str, says: str, **more: Any) -> Planted:
    def without_slack(stage: Stage) -> None:
        stage.set(SLACK_BOT_TOKEN=None, SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET=None)
        spoil(stage)

    return Planted(name, "worker", without_slack, check, says, **more)


def forbid(stage: Stage, constraint: str, rule: dict[str, Any]) -> None:
    name = f"{stage.project.name}/policies/{constraint}"
    stage.project.org_policies[constraint] = OrgPolicy(name=name, spec={"rules": [rule]})


def fill_with_keys(stage: Stage, count: int) -> None:
    for n in range(count):
        now = stage.world.clock()
        key = Key(name=f"{stage.project.name}/locations/global/keys/k{n}", uid=f"u{n}", create_time=now)
        stage.project.keys[f"k{n}"] = ApiKey(f"k{n}", key, f"not a key {n}", now)


def limited_user(stage: Stage, rights: str) -> str:
    stage.redis.execute_command("ACL", "SETUSER", "limited", "reset", "on", ">pass", "~*", *rights.split())
    return stage.server.url.replace("unix://", "unix://limited:pass@")


def change(stage: Stage, user: str, **changes: Any) -> None:
    stage.team.workspace.accounts[user].changes |= changes


def leave(stage: Stage, *users: str) -> None:
    stage.channel.members = [user for user in stage.channel.members if user not in users]


CASES = [
    # Slack: the tokens.
    slack("no token", lambda s: s.set(SLACK_BOT_TOKEN=None), "slack-token", "xoxb-", beside=("setting",)),
    slack("a stranger's token", lambda s: s.set(SLACK_BOT_TOKEN="xoxb-" + "0"), "slack-token", "OAuth"),
    slack(
        "the app token in its place",
        lambda s: s.set(SLACK_BOT_TOKEN=s.town.slack.credentials.app_token),
        "slack-token",
        "xoxb-",
    ),
    slack(
        "a stranger's app token", lambda s: s.set(SLACK_APP_TOKEN="xapp-" + "0"), "slack-app-token", "xapp-"
    ),
    slack(
        "the bot token as app token",
        lambda s: s.set(SLACK_APP_TOKEN=s.town.slack.credentials.bot_token),
        "slack-app-token",
        "connections:write",
    ),
    slack(
        "http without its secret",
        lambda s: s.set(SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET=None),
        "slack-signing-secret",
        "Basic Information",
        beside=("setting",),
    ),
    slack(
        "a token as signing secret",
        lambda s: s.set(transport="http", SLACK_SIGNING_SECRET="xoxb-" + "0"),
        "slack-signing-secret",
        "32 hexadecimal",
    ),
    slack(
        "nobody at the address",
        lambda s: s.set(SLACK_API_URL="http://127.0.0.1:9/api/"),
        "slack-unreachable",
        "port 443",
    ),
    slack(
        "an address in the clear",
        lambda s: s.set(SLACK_API_URL="http://slack.example.com/api/"),
        "slack-plain-text",
        "https",
    ),
    # Slack: the scopes, the channel, the approvers.
    slack(
        "no users:read.email", lambda s: s.scopes("users:read.email"), "slack-scopes", "the Google account"
    ),
    slack("no chat:write", lambda s: s.scopes("chat:write"), "slack-scopes", "gemini-key-bot manifest"),
    slack("no im:write", lambda s: s.scopes("im:write"), "slack-scopes", "direct messages"),
    slack(
        "no usergroups:read",
        lambda s: s.scopes("usergroups:read"),
        "approver-group",
        "approvers.users",
        beside=("slack-scopes",),
    ),
    slack("the bot is not in the channel", lambda s: leave(s, "U0BOT"), "approval-channel", "/invite"),
    slack("no such channel", lambda s: s.say("C0APPROVALS", "C0NOWHERE"), "approval-channel", "/invite"),
    slack(
        "a public channel",
        lambda s: setattr(s.channel, "kind", "public"),
        "approval-channel-public",
        "Make it private",
    ),
    slack(
        "an archived channel",
        lambda s: setattr(s.channel, "archived", True),
        "approval-channel-archived",
        "Unarchive",
    ),
    slack(
        "a channel shared with strangers",
        lambda s: setattr(s.channel, "shared", True),
        "approval-channel-shared",
        "private channel of your own",
    ),
    slack("no such group", lambda s: s.say("S0APPROVERS", "S0NOBODY"), "approver-group", "usergroup"),
    slack(
        "a free workspace",
        lambda s: setattr(s.team, "options", replace(s.team.options, paid_plan=False)),
        "approver-group",
        "approval.approvers.users",
    ),
    slack(
        "a group without people",
        lambda s: [change(s, user, deleted=True) for user in ("U0GRACE", "U0ALAN", "U0RADIA")],
        "approver-group",
        "name people",
        beside=("approvers",),
    ),
    slack(
        "more approvals than approvers",
        lambda s: s.say('lifetimes = ["30d"]', 'lifetimes = ["30d"]\napprovals = 4'),
        "approvers",
        "at least 4 approvers",
    ),
    slack(
        "no approver to spare",
        lambda s: s.say('lifetimes = ["30d"]', 'lifetimes = ["30d"]\napprovals = 3'),
        "approvers",
        "at least 3 approvers",
        mark=Mark.WARNING,
    ),
    slack(
        "a stranger as approver",
        lambda s: s.say('"S0APPROVERS"', '"S0APPROVERS"\nusers = ["U0NOBODY"]'),
        "approver",
        "Take U0NOBODY out",
    ),
    slack(
        "a guest as approver",
        lambda s: s.say('"S0APPROVERS"', '"S0APPROVERS"\nusers = ["U0MALLORY"]'),
        "approver",
        "Take U0MALLORY out",
    ),
    slack(
        "approvers who see no card",
        lambda s: leave(s, "U0GRACE", "U0ALAN", "U0RADIA"),
        "approvers-not-in-channel",
        "Invite them",
    ),
    slack(
        "an approver who sees no card",
        lambda s: leave(s, "U0ALAN"),
        "approvers-not-in-channel",
        "U0ALAN",
        mark=Mark.WARNING,
    ),
    # Redis.
    slack("no Redis", lambda s: s.set(REDIS_URL="redis://127.0.0.1:9/0"), "redis-unreachable", "redis-cli"),
    slack("no readable address", lambda s: s.set(REDIS_URL="redis//x"), "redis-unreachable", "REDIS_URL"),
    slack(
        "a wrong password",
        lambda s: s.set(REDIS_URL=s.server.url.replace("unix://", "unix://nobody:x@")),
        "redis-unreachable",
        "password",
    ),
    slack(
        "nothing on disk", lambda s: s.redis.config_set("appendonly", "no"), "redis-no-aof", "appendonly yes"
    ),
    slack(
        "the disk when it likes",
        lambda s: s.redis.config_set("appendfsync", "no"),
        "redis-fsync",
        "appendfsync always",
    ),
    slack(
        "records thrown away",
        lambda s: s.redis.config_set("maxmemory-policy", "allkeys-lru"),
        "redis-evicts",
        "maxmemory-policy noeviction",
    ),
    slack(
        "nearly full",
        lambda s: s.redis.config_set("maxmemory", int(s.redis.info("memory")["used_memory"] * 1.05)),
        "redis-memory",
        "more memory",
    ),
    slack(
        "full",
        lambda s: s.redis.config_set("maxmemory", s.redis.info("memory")["used_memory"] // 2),
        "redis-memory",
        "OutOfMemoryError",
    ),
    slack(
        "a user who may only read",
        lambda s: s.set(REDIS_URL=limited_user(s, "+@all -set")),
        "redis-no-right",
        "gk:*",
    ),
    slack(
        "a server that hides its settings",
        lambda s: s.set(REDIS_URL=limited_user(s, "+@all -config")),
        "redis-fsync",
        "appendfsync",
        mark=Mark.UNKNOWN,
    ),
    # Settings and policy.
    slack("no policy", lambda s: s.set(policy_file=s.policy.with_name("no.toml")), "policy", "policy check"),
    slack(
        "a policy that contradicts itself",
        lambda s: s.say('environments = ["prod"]', 'environments = ["dev"]'),
        "policy",
        "policy check",
    ),
    slack("no policy of this workspace", lambda s: folder(s, "T0BETA"), "no-policy", "Add T0ACME.toml"),
    slack("a folder without policies", folder, "setting", "environment"),
    slack(
        "a project in two workspaces' policies",
        lambda s: folder(s, "T0ACME", "T0BETA"),
        "policy",
        "policy check",
        beside=("policy",),
    ),
    Planted("a worker with Slack's tokens", "worker", lambda s: s.set(), "setting", "environment"),
    slack("a role without its meeting place", lambda s: s.set(REDIS_URL=None), "setting", "environment"),
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
        lambda s: s.say("[[projects]]", FIXES),
        "billing-link-account",
        f"gcloud billing accounts add-iam-policy-binding {ACCOUNT}",
        beside=("permission-missing",),
    ),
    google(
        "a closed account to be linked",
        lambda s: (
            s.say("[[projects]]", FIXES),
            setattr(s.world.billing_accounts[ACCOUNT], "open", False),
            s.world.billing_accounts[ACCOUNT].policy.bindings.add(
                role="roles/billing.user", members=[f"serviceAccount:{BOT_EMAIL}"]
            ),
        ),
        "billing-link-account",
        "open account under [fixes]",
        beside=("permission-missing", "billing-account-closed"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_what_is_planted_is_found(stage: Stage, case: Planted) -> None:
    """The doctor names what is wrong, with the exact fix, and raises no alarm about what is not."""
    case.spoil(stage)

    lines = await stage.look(case.role)

    found = [line for line in lines if line.check == case.check and line.mark is case.mark]
    assert found, [(line.check, line.mark, str(line.finding.evidence)) for line in lines if not line.healthy]
    told = [f"{line.finding.fix} {line.finding.command} {line.finding.evidence}" for line in found]
    assert any(case.says in text for text in told), told
    assert all(line.finding.who for line in found)
    assert {check for check, _ in wrong(lines)} <= {case.check, *case.beside}, wrong(lines)
    json.dumps([line.as_json() for line in lines])


async def test_a_good_set_up_raises_no_alarm(stage: Stage) -> None:
    """Nothing is wrong; what is left to weigh is true: a key file, and policies that the bot may not read."""
    lines = await stage.look()

    assert wrong(lines) == []
    assert [line.check for line in lines if line.mark is Mark.WARNING] == ["google-json-key"]
    assert [line.check for line in lines if line.mark is Mark.UNKNOWN] == ["other-readers"]
    assert {line.area for line in lines} == {"policy", "redis", "slack", "google"}


async def test_a_token_that_ends_is_told_in_time(stage: Stage) -> None:
    """A portal must not stop one morning because nobody remembered; without the API nobody looks."""
    stage.set(api=True)
    (empty,) = [line for line in await stage.look("slack") if line.area == "api"]
    async with connect(stage.server.url) as client:
        for name, days in (("portal", 90), ("script", 10)):
            await new_token(ApiTokens(client, str), datetime.now(UTC), name, days=days)
    stage.redis.sadd(keys.workspaces(), TEAM)

    lines = {line.about: line for line in await stage.look("slack") if line.area == "api"}
    stage.set(api=None)

    assert (empty.check, empty.mark) == ("api-no-token", Mark.WARNING)
    assert (lines["portal"].mark, lines["script"].mark) == (Mark.OK, Mark.WARNING)
    assert "--name script-next --scopes read,request" in lines["script"].finding.command
    assert not [line for line in await stage.look("slack") if line.area == "api"]


async def test_one_fault_is_one_alarm(stage: Stage) -> None:
    """An API that is off at home spoils many readings, and is told once, as what it is."""
    stage.home.services.pop("cloudresourcemanager.googleapis.com")

    lines = await stage.look("all")

    assert wrong(lines) == [("bot-api-disabled", "acme-bot")]


async def test_a_role_looks_at_what_it_stands_on(stage: Stage) -> None:
    """The slack role never asks Google, the worker never asks Slack."""
    areas = {line.area for line in await stage.look("slack")}
    stage.set(SLACK_BOT_TOKEN=None, SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET=None)

    assert areas == {"policy", "redis", "slack"}
    assert {line.area for line in await stage.look("worker")} == {"policy", "redis", "google"}


async def test_what_the_policy_asks_for_is_not_too_wide(stage: Stage) -> None:
    """Who gives Vertex AI without a key must grant roles; everybody else should not be able to."""
    stage.set(SLACK_BOT_TOKEN=None, SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET=None)
    stage.rights(beside=("resourcemanager.projects.setIamPolicy",))
    before = [line.check for line in await stage.look("worker")]
    stage.say("[[projects]]", "[kinds]\nvertex = true\n[[projects]]")
    after = [line.check for line in await stage.look("worker")]

    assert "permission-too-wide" in before
    assert "permission-too-wide" not in after
