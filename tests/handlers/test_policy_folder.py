"""One deployment's policies of several workspaces: what people of one see of the others' is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.domain.key_request import State
from bot.errors import Misconfigured
from bot.store.api_tokens import ApiTokens
from handlers.app import SlackFrontEnd
from tests.handlers.test_policy import BASE
from tests.support.people import TEAM
from tests.support.portal import Portal, new_token
from tests.support.slack_side import ADA, ALAN, GRACE, SlackSide, filled

if TYPE_CHECKING:
    from pathlib import Path

OURS = BASE.replace('users = ["U0GRACE", "U0ALAN"]', 'users = ["U0GRACE"]').partition("[[projects]]")[0]
OURS += '[[projects]]\nid = "acme-ml-dev"\nenvironments = ["dev"]\n'
# There Alan approves everywhere, and everything is granted at once.
THEIRS = (
    BASE.replace("acme-ml-dev", "beta-ml-dev").replace("acme-vision", "beta-vision")
    + """
[[rules]]
name = "everything"
decide = "approve"
longest = "30d"
most = 5
within = "30d"
"""
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Our policy beside another workspace's."""
    (tmp_path / f"{TEAM}.toml").write_text(OURS)
    (tmp_path / "T0BETA.toml").write_text(THEIRS)
    return tmp_path


async def test_anothers_projects_rules_and_approvers_do_not_count(redis_url: str, folder: Path) -> None:
    """The form refuses their project, no rule of theirs approves ours, and their approver may not."""
    async with SlackSide(redis_url, folder) as side:
        await side.command(ADA, "request")
        refused = await side.submit(ADA, filled(project="beta-ml-dev"))
        assert "project" in refused.json["errors"]
        side.slack.team.views.clear(ADA)
        asked = await side.ask(ADA)
        card = await side.card(asked.id)

        await side.press(ALAN, "approve_request", card)
        assert (await side.service.requests.get(TEAM, asked.id)).state is State.PENDING
        await side.press(GRACE, "approve_request", card)
        assert (await side.service.requests.get(TEAM, asked.id)).state is State.APPROVED


async def test_the_api_shows_no_others_project(redis_url: str, folder: Path) -> None:
    """A portal of this workspace reads and asks for this workspace's projects alone."""
    async with SlackSide(redis_url, folder, api=True) as side, aiohttp.ClientSession() as session:
        async with session.get(f"{side.address}/api/v1/openapi.json") as answer:
            described = await answer.json()
        tokens = ApiTokens(side.service.redis, side.service.nonce)
        portal = Portal(session, side.address, described, await new_token(tokens, side.clock()))

        said = await portal.get("/projects")

        assert [project["id"] for project in said.json["projects"]] == ["acme-ml-dev"]


async def test_a_policy_taken_away_loses_nothing(redis_url: str, folder: Path) -> None:
    """Whoever presses hears why nothing happens; with the file everything goes on where it was."""
    async with SlackSide(redis_url, folder) as side:
        asked = await side.ask(ADA)
        card = await side.card(asked.id)
        file, policies = folder / f"{TEAM}.toml", side.service.policies
        file.unlink()
        for _ in range(2):
            policies.reread()
        await side.press(GRACE, "approve_request", card)
        await side.until(lambda: any("has no policy" in said for said in side.whispers(GRACE)))
        said = await side.command(ADA, "request")
        assert "has no policy for Gemini keys" in said.body
        assert (await side.service.requests.get(TEAM, asked.id)).state is State.PENDING

        file.write_text(OURS)
        for _ in range(2):
            policies.reread()
        await side.press(GRACE, "approve_request", card)
        assert (await side.service.requests.get(TEAM, asked.id)).state is State.APPROVED


async def test_a_workspace_without_a_policy_is_not_served(redis_url: str, folder: Path) -> None:
    """The start says which file is missing where."""
    async with SlackSide(redis_url, folder) as side:
        (folder / f"{TEAM}.toml").unlink()
        for _ in range(2):
            side.service.policies.reread()
        another = SlackFrontEnd(side.service)

        with pytest.raises(Misconfigured, match=f"The workspace {TEAM} has no policy: add {TEAM}.toml to"):
            await another.start()
        await another.stop()
