"""The healthy set-up as one that serves several workspaces, each with a policy of its own."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet

from bot.operations.install import Installer, Tokens, install
from bot.store.installations import Installations
from bot.store.redis import connect
from bot.store.seal import Seal
from tests.doctor.stage import PROJECT
from tests.support.people import POLICY, TEAM

if TYPE_CHECKING:
    from tests.doctor.stage import Stage

OURS, STRANGE = (Fernet.generate_key().decode() for _ in range(2))


def folder(stage: Stage, *team_ids: str) -> None:
    """Give these workspaces a policy each, all with the same text."""
    path = stage.policy.with_name("policies")
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    for team_id in team_ids:
        (path / f"{team_id}.toml").write_text(stage.policy.read_text())
    stage.set(policy_file=None, policy_dir=path)


async def installed(stage: Stage, *team_ids: str, key: str = OURS, token: str = "") -> None:
    """Let the app be installed there, its token sealed with a key: the one that works, or another."""
    token = token or stage.town.slack.credentials.bot_token
    async with connect(stage.server.url) as client:
        kept: Any = Installations(client, str)
        installer = Installer(Tokens(kept, Seal(key), lambda: datetime.now(UTC)), lambda _: POLICY)
        for team_id in team_ids:
            await install(installer, team_id, token, by="U0RADIA")


def several(stage: Stage, *team_ids: str) -> None:
    """Serve several workspaces, each with a policy and a project of its own."""
    folder(stage, TEAM, *team_ids)
    for team_id in team_ids:
        file = stage.policy.with_name("policies") / f"{team_id}.toml"
        file.write_text(file.read_text().replace(PROJECT, f"{team_id.lower()}-dev"))
    stage.set(SLACK_BOT_TOKEN=None, SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET="0" * 32)
    stage.set(SLACK_CLIENT_ID="1.2", SLACK_CLIENT_SECRET="x", GEMINI_KEY_BOT_SEALING_KEYS=OURS)
