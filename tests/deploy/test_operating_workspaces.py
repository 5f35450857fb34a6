"""docs/operating.md with several workspaces, done as it stands there."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.domain.installation import ID, State
from bot.serving.checkup import checkup
from bot.store.installations import Installations
from tests.deploy.redis_users import url, user
from tests.support.command import command
from tests.support.installed import ACME, BETA, workspaces, write_policies
from tests.support.redis_server import redis_server
from tests.support.slack_side import ADA, SlackSide

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A policy for each."""
    return write_policies(tmp_path / "policies")


def served(side: SlackSide) -> set[str]:
    """Name the workspaces that are spoken to."""
    return set(workspaces(side.front)._open)


async def test_a_backup_speaks_again_with_the_key_it_was_sealed_with(tmp_path: Path, folder: Path) -> None:
    """Without that key nobody is served and nothing is lost; who took the app out since is forgotten."""
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    with redis_server() as redis:
        files = redis.directory / "appendonlydir"
        async with SlackSide(redis.url, folder, installable=True, sealing_keys=old) as side:
            await side.install(ACME)
            await side.install(BETA)
            await asyncio.to_thread(shutil.copytree, files, tmp_path / "backup")
            # Since then Beta has taken the app out, and the old sealing key was put away.
            side.slack.installs.uninstall(side.slack.installs.teams[BETA])
            await side.until(lambda: served(side) == {ACME})
            await side.restart(sealing_keys=SecretStr(f"{new},{old}"))
            await side.restart(sealing_keys=SecretStr(new))
            assert served(side) == {ACME}

            redis.kill()
            shutil.rmtree(files)
            await asyncio.to_thread(shutil.copytree, tmp_path / "backup", files)
            redis.start()

            await side.restart()
            assert served(side) == set()
            await side.restart(sealing_keys=SecretStr(f"{new},{old}"))
            assert served(side) == {ACME}
            kept = Installations(side.service.redis, side.service.nonce)
            assert (await kept.get(BETA, ID)).state is State.UNINSTALLED
            await side.restart(sealing_keys=SecretStr(new))
            side.at(ACME)
            assert (await side.ask(ADA)).id


async def test_installing_takes_no_more_of_redis_than_the_role_has(redis_port: int, folder: Path) -> None:
    """With a user of its own in Redis a workspace is installed, served, taken out and looked at."""
    with user(redis_port, "operator") as operator:
        operator.flushall()
        operator.acl_log_reset()
        async with SlackSide(url(redis_port, "slack"), folder, installable=True) as side:
            await side.install(BETA)
            await side.install(ACME)
            side.at(ACME)
            assert (await side.ask(ADA)).id
            looked = [line.about async for line in checkup(side.settings, "slack")]
            given_up = {**side.environment(), "GEMINI_KEY_BOT_POLICY_DIR": str(folder)}
            told = await command(given_up, "workspaces", "forget", BETA, "--revoke-keys", "--yes")
            assert told.returncode == 0, told.stderr
            side.slack.installs.uninstall(side.slack.team)
            await side.until(lambda: not served(side))
        refused = [(entry["username"], entry["object"], entry["context"]) for entry in operator.acl_log()]
    assert looked
    # The doctor asks how often Redis writes to its disk, and does without the answer.
    assert [entry for entry in refused if entry[1] != "config|get"] == []


async def test_a_new_client_secret_is_noticed_by_who_installs(redis_url: str, folder: Path) -> None:
    """Until the restart nobody can install; where the app is installed nobody notices anything."""
    async with SlackSide(redis_url, folder, installable=True) as side:
        await side.install(ACME)
        side.slack.installs.client_secret = "the new one"

        assert "Slack did not confirm the installation" in (await side.install(BETA)).body
        side.at(ACME)
        assert (await side.ask(ADA)).id

        await side.restart(slack_client_secret=SecretStr("the new one"))
        assert "The app is in your workspace" in (await side.install(BETA)).body
        assert served(side) == {ACME, BETA}
