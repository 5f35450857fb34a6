"""A whole set-up without fault, in one process, that tests spoil in one place and the doctor looks at."""

from __future__ import annotations

import copy
import os
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from google.cloud.secretmanager_v1.types import Secret as SecretMessage
from redis import Redis

from bot.doctor.line import Mark
from bot.serving.checkup import checkup
from bot.settings import GoogleSettings, Settings
from sandbox.google.clock import Delays
from sandbox.google.company import BOT_EMAIL, BOT_PROJECT
from sandbox.google.roles import BOT, BOT_SECRETS, ROLES
from sandbox.google.state import Secret
from sandbox.town import Town

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.doctor.line import Line
    from bot.settings import Role
    from sandbox.google.state import Project, World
    from sandbox.slack.records import Channel
    from sandbox.slack.team import Team
    from tests.support.redis_server import RedisServer

PREFIX = "GEMINI_KEY_BOT_GOOGLE__"
THIN = "projects/-/roles/thin"
PROJECT = "acme-ml-prod"
ACCOUNT = "0A0A0A-0B0B0B-0C0C0C"
POLICY = f"""
[company]
domains = ["acme.test"]
[approval]
channel = "C0APPROVALS"
[approval.approvers]
usergroup = "S0APPROVERS"
[environments.prod]
lifetimes = ["30d"]
billing_required = true
[[projects]]
id = "{PROJECT}"
environments = ["prod"]
"""


class Stage:
    """What a test may spoil, and `look`, which tells what the doctor finds."""

    def __init__(self, town: Town, redis: RedisServer, policy: Path) -> None:
        self.town, self.policy = town, policy
        self.server = redis
        self.redis: Redis = Redis.from_url(redis.url, decode_responses=True)
        self.changes: dict[str, Any] = {}

    @property
    def world(self) -> World:
        return self.town.cloud.world

    @property
    def team(self) -> Team:
        return self.town.slack.team

    @property
    def channel(self) -> Channel:
        return self.team.workspace.channels["C0APPROVALS"]

    @property
    def project(self) -> Project:
        return self.world.projects[PROJECT]

    @property
    def home(self) -> Project:
        return self.world.projects[BOT_PROJECT]

    def say(self, old: str, new: str) -> None:
        """Change the policy's text."""
        text = self.policy.read_text()
        assert old in text
        self.policy.write_text(text.replace(old, new))

    def set(self, **changes: Any) -> None:
        """Change settings by their names; None unsets one."""
        self.changes |= changes

    def scopes(self, *without: str) -> None:
        """Take scopes from the app."""
        kept = tuple(scope for scope in self.team.options.scopes if scope not in without)
        self.team.options = replace(self.team.options, scopes=kept)

    def rights(self, *without: str, beside: tuple[str, ...] = ()) -> None:
        """Take permissions from the bot's role in the project, and give it others."""
        from sandbox.google.company import set_bot_roles  # noqa: PLC0415 - nobody else needs it

        ROLES[THIN] = ((ROLES[BOT] | ROLES[BOT_SECRETS]) - set(without)) | set(beside)
        set_bot_roles(self.project, [THIN])

    def keep_a_secret(self) -> None:
        """Put a secret of the bot's into the project, as the first key leaves one."""
        name = f"{self.project.name}/secrets/gemini-key-7f3k"
        self.project.secrets["gemini-key-7f3k"] = Secret("gemini-key-7f3k", SecretMessage(name=name))

    def settings(self) -> Settings:
        environment = self.town.environment()
        google = {n.removeprefix(PREFIX).lower(): v for n, v in environment.items() if n.startswith(PREFIX)}
        slack = {name: value for name, value in environment.items() if name.startswith("SLACK_")}
        given = {
            **slack,
            "REDIS_URL": self.server.url,
            "policy_file": self.policy,
            "google": GoogleSettings(**google),
            **self.changes,
        }
        return Settings(**{name: value for name, value in given.items() if value is not None})

    async def look(self, role: Role = "all") -> list[Line]:
        return [line async for line in checkup(self.settings(), role)]

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Put everything back afterwards."""
        world, team = self.world, self.team
        kept = copy.deepcopy((world.projects, world.folders, world.billing_accounts, team.workspace.channels))
        accounts = {user: dict(account.changes) for user, account in team.workspace.accounts.items()}
        options, environment = team.options, dict(os.environ)
        config = self.redis.config_get("*")
        try:
            yield
        finally:
            world.projects, world.folders, world.billing_accounts, team.workspace.channels = kept
            for user, changes in accounts.items():
                team.workspace.accounts[user].changes = changes
            team.options, self.changes = options, {}
            team.faults.clear()
            ROLES.pop(THIN, None)
            os.environ.clear()
            os.environ.update(environment)
            self.policy.write_text(POLICY)
            for name in ("appendonly", "appendfsync", "maxmemory", "maxmemory-policy"):
                self.redis.config_set(name, config[name])


@asynccontextmanager
async def opened(directory: Path, redis: RedisServer) -> AsyncIterator[Stage]:
    """Start both clouds; Google's libraries find credentials and roots in the environment, as they do."""
    policy = directory / "policy.toml"
    policy.write_text(POLICY)
    async with Town(directory / "google", delays=Delays.none()) as town:
        town.slack.team.rate_limits.factor = 100
        before = dict(os.environ)
        os.environ.update(
            {n: v for n, v in town.environment().items() if not n.startswith("GEMINI_KEY_BOT_")}
        )
        for name in [name for name in os.environ if name.startswith("SLACK_")]:
            del os.environ[name]
        stage = Stage(town, redis, policy)
        stage.keep_a_secret()
        try:
            yield stage
        finally:
            stage.redis.close()
            os.environ.clear()
            os.environ.update(before)


def wrong(lines: list[Line]) -> list[tuple[str, str]]:
    """List what needs somebody's hands, as (check, about)."""
    return [(line.check, line.about) for line in lines if line.mark is Mark.PROBLEM]


__all__ = ["ACCOUNT", "BOT_EMAIL", "PROJECT", "Stage", "opened", "wrong"]
