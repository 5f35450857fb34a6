"""One deployment, two workspaces: each installs the app, asks, approves and gets a key by its own policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.key_request import State
from tests.support.command import command
from tests.support.installed import ACME, BETA, workspaces, write_policies
from tests.support.slack_side import ADA, ALAN, GRACE, SlackSide

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.company import Company


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A policy for each: another project, another approver. The file's name says whose it is."""
    return write_policies(tmp_path / "policies")


async def test_two_workspaces(acme: Company, redis_url: str, folder: Path) -> None:
    """Who approves in one is nobody in the other, and each key lies in its own workspace's project."""
    # One pool of workers serves both. It holds the Google rights and no token of Slack's.
    acme.policy = folder
    await acme.bot("worker")
    async with SlackSide(redis_url, folder, installable=True) as side:
        for team_id, project, approver, stranger in (
            (ACME, "acme-ml-dev", GRACE, ALAN),
            (BETA, "acme-vision", ALAN, GRACE),
        ):
            # An admin of the workspace opens /slack/install and says yes at Slack.
            page = await side.install(team_id)
            assert "The app is in your workspace" in page.body

            # Ada asks there. The other workspace's approver has an account here, too, and may not decide.
            side.at(team_id)
            asked = await side.ask(ADA, project)
            card = await side.card(asked.id)
            await side.press(stranger, "approve_request", card)
            await side.press(approver, "approve_request", card)

            # The key is made in this workspace's project, for this workspace's request.
            await side.message(side.direct(ADA), lambda m: "open_secret" in str(m.blocks))
            made = await side.service.requests.get(team_id, asked.id)
            assert made.state is State.ACTIVE
            assert [approval.by.user_id for approval in made.approvals] == [approver]
            (key,) = acme.live_keys(project)
            assert await acme.call(key) == 200

        # Acme takes the app out. Nothing is sent there any more; its key lives until its end.
        side.slack.installs.uninstall(side.slack.installs.teams[ACME])
        await side.until(lambda: ACME not in workspaces(side.front)._open)
        assert await acme.call(acme.live_keys("acme-ml-dev")[0]) == 200
        # Who runs the bot has its keys taken away: the worker needs no Slack for it.
        settings = {**side.environment(), "GEMINI_KEY_BOT_POLICY_DIR": str(folder)}
        ended = await command(settings, "workspaces", "forget", ACME, "--revoke-keys", "--yes")
        assert "1 keys are being taken away" in ended.stdout, ended.stderr
        await side.until(lambda: not acme.live_keys("acme-ml-dev"))
        # Beta goes on.
        assert await acme.call(acme.live_keys("acme-vision")[0]) == 200
        assert "GK-" in (await side.command(ADA, "list")).body


async def test_a_worker_that_has_no_policy_yet_answers(acme: Company, redis_url: str, folder: Path) -> None:
    """Who asks before the new workspace's policy has come to the workers is told so, and asks again."""
    theirs = folder.with_name("of the worker")
    theirs.mkdir()
    (theirs / f"{ACME}.toml").write_text((folder / f"{ACME}.toml").read_text())
    acme.policy = theirs
    await acme.bot("worker")
    async with SlackSide(redis_url, folder, installable=True) as side:
        await side.install(BETA)
        side.at(BETA)

        await side.command(ADA, "why-403 403 Your API key was reported as leaked.")

        await side.until(lambda: any("has no policy for Gemini keys" in said for said in side.whispers(ADA)))
