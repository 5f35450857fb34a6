"""When the doctor raises an alarm, how often, and by which role: a good set-up has none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.doctor.line import Mark
from bot.store import keys
from bot.store.api_tokens import ApiTokens
from bot.store.redis import connect
from tests.doctor.stage import Stage, wrong
from tests.support.people import TEAM
from tests.support.portal import new_token

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
