"""The doctor where several workspaces are served: each is told of with its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.doctor.line import Mark
from tests.doctor.several import STRANGE, installed, several
from tests.doctor.stage import wrong
from tests.support.people import TEAM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.doctor.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def forgotten(stage: Stage) -> Iterator[None]:
    """Leave no installation to the next test."""
    yield
    for key in stage.redis.scan_iter("gk:*:installation"):
        stage.redis.delete(key)


@pytest.mark.usefixtures("forgotten")
async def test_each_workspace_is_looked_at_by_its_own_token(stage: Stage) -> None:
    """One is fine, one has no app, and one a token that no key opens: each is told of itself alone."""
    several(stage, "T0BETA", "T0GAMMA")
    await installed(stage, TEAM)
    await installed(stage, "T0GAMMA", key=STRANGE)

    lines = await stage.look("slack")

    assert wrong(lines) == []
    assert {line.about for line in lines if line.check == "not-installed"} == {"T0BETA", "T0GAMMA"}
    assert [(line.mark, line.about) for line in lines if line.check == "slack-token"] == [(Mark.OK, TEAM)]
    assert [line.about for line in lines if line.check == "slack-http"] == [""]


@pytest.mark.usefixtures("forgotten")
async def test_a_workspaces_trouble_is_told_with_its_name_and_mended_there(stage: Stage) -> None:
    """A token that Slack refuses and scopes that lack name the workspace; no setting is to be changed."""
    several(stage, "T0DELTA")
    stage.scopes("im:write")
    await installed(stage, TEAM)
    await installed(stage, "T0DELTA", token="xoxb-" + "0")

    lines = await stage.look("slack")

    assert wrong(lines) == [("slack-scopes", TEAM), ("slack-workspace-token", "T0DELTA")]
    fixes = [str(line.finding.fix) for line in lines if line.about == "T0DELTA"]
    assert ["Install the app again in T0DELTA" in fix for fix in fixes] == [True]


@pytest.mark.usefixtures("forgotten")
async def test_a_workspace_with_the_app_and_no_policy_is_found_in_redis(stage: Stage) -> None:
    """No file names it, so nobody there can ask for anything: the app's token is there all the same."""
    several(stage)
    await installed(stage, TEAM, "T0ZETA")

    lines = await stage.look("slack")

    assert wrong(lines) == [("no-policy", "T0ZETA")]


async def test_what_only_the_bots_own_redis_knows_is_said_to_be_unknown(stage: Stage, tmp_path: Path) -> None:
    """With an embedded Redis that does not run no workspace is looked at, and that is a line."""
    several(stage)
    stage.set(REDIS_URL=None, data_dir=tmp_path)

    lines = await stage.look("all")

    assert [line.mark for line in lines if line.check == "installations-not-seen"] == [Mark.UNKNOWN]
