"""Misconfigurations of settings, policy, Slack and Redis, planted one by one: each is found, and alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.doctor.line import Mark
from tests.doctor.planted import Planted, find, slack
from tests.doctor.several import folder

if TYPE_CHECKING:
    from tests.doctor.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
    slack("no policy", lambda s: s.set(policy_file=s.policy.with_name("no.toml")), "policy-unread", "init"),
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
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_what_is_planted_is_found(stage: Stage, case: Planted) -> None:
    """The doctor names what is wrong, with the exact fix, and raises no alarm about what is not."""
    await find(stage, case)
