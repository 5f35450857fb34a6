"""An installation that does not come to its end breaks nothing that works, and ends on a page."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from redis import Redis as PlainRedis

from bot.domain.installation import ID, State
from handlers.oauth.throttle import A_MINUTE, AT_ONCE, Crowded, Throttle
from tests.handlers.test_install import kept
from tests.support.installed import ACME, BETA
from tests.support.slack_side import ADA, SlackSide

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from redis.asyncio import Redis


@pytest.fixture
async def side(redis_url: str, redis: Redis, folder: Path) -> AsyncIterator[SlackSide]:
    """A deployment that is installed in Acme; afterwards Redis takes everything again."""
    async with SlackSide(redis_url, folder, installable=True) as side:
        await side.install(ACME)
        side.at(ACME)
        yield side
        await redis.config_set("maxmemory", "0")


def full_from_now(redis_url: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Have Redis take nothing new from the moment at which Slack answers."""

    def answered(answer: dict[str, Any]) -> dict[str, Any]:
        with PlainRedis.from_url(redis_url) as client:
            client.config_set("maxmemory", "1")
        return answer

    return answered


def is_in(side: SlackSide, team_id: str) -> bool:
    """Tell whether the app is in a workspace, by Slack's word."""
    return bool(side.slack.installs.teams[team_id].credentials.bot_token)


async def test_installing_again_while_redis_is_full_takes_nothing_out(
    side: SlackSide, redis_url: str, redis: Redis
) -> None:
    """The page says what to do, and the app that was there before is still there."""
    side.twisted.changes["oauth.v2.access"] = full_from_now(redis_url)

    page = await side.install(ACME)

    assert "reach my memory" in page.body
    assert "Begin again: /slack/install" in page.body
    assert is_in(side, ACME)
    assert (await kept(side).get(ACME, ID)).state is State.INSTALLED
    side.twisted.changes.clear()
    await redis.config_set("maxmemory", "0")
    assert (await side.install(ACME)).status == 200
    assert (await side.ask(ADA)).id


async def test_installing_again_without_a_policy_takes_nothing_out(side: SlackSide, folder: Path) -> None:
    """With the policy the workspace goes on; meanwhile the page says whom to ask."""
    (folder / f"{ACME}.toml").unlink()
    for _ in range(2):
        side.service.policies.reread()

    page = await side.install(ACME)

    assert "Nobody has written a policy for your workspace T0ACME" in page.body
    assert is_in(side, ACME)


@pytest.mark.parametrize("others", [True, False], ids=["a workspace is served", "nobody is served"])
async def test_an_organizations_app_stays_where_it_may_be_a_workspaces(
    redis_url: str, folder: Path, *, others: bool
) -> None:
    """Slack does not say which workspaces are the organization's: it is taken out where none is served."""
    async with SlackSide(redis_url, folder, installable=True) as side:
        if others:
            await side.install(ACME)
        beta = side.slack.installs.teams[BETA]
        beta.options = replace(beta.options, organization=True)

        page = await side.install(BETA)

        assert "not into the whole organization" in page.body
        assert is_in(side, BETA) is others


async def test_a_return_that_redis_cannot_remember_ends_on_a_page(side: SlackSide, redis: Redis) -> None:
    """No bare error: the page says what was in the way, and where to begin again."""
    await redis.config_set("maxmemory", "1")

    page = await side.install(BETA)

    assert page.status == 503
    assert "Not installed" in page.body
    assert "reach my memory" in page.body
    assert "Begin again: /slack/install" in page.body


async def test_what_is_installed_and_not_served_yet_says_so(side: SlackSide) -> None:
    """Nobody begins again for a token that is kept; it is served when Slack answers."""
    side.twisted.changes["auth.test"] = lambda _: {"ok": False, "error": "internal_error"}

    page = await side.install(BETA)

    assert "<h1>Installed</h1>" in page.body
    assert "does not answer yet" in page.body
    assert "reach Slack (internal_error)" in page.body
    assert (await kept(side).get(BETA, ID)).state is State.INSTALLED


async def test_only_so_many_may_come_back_in_a_minute(side: SlackSide) -> None:
    """Whoever calls the address again and again is sent away before Redis or Slack is asked."""
    address = f"{side.address}/slack/oauth_redirect?code=1&state=forged"
    said = [(await side.return_to(address, "slack-app-oauth-state=forged")) for _ in range(A_MINUTE)]
    assert {page.status for page in said[:-1]} == {401}
    assert (said[-1].status, "Too many people" in said[-1].body) == (429, True)


async def test_only_so_many_come_back_at_once() -> None:
    """One who leaves makes room for the next."""
    throttle = Throttle()
    with ExitStack() as inside:
        for _ in range(AT_ONCE):
            inside.enter_context(throttle.one("/again"))
        with pytest.raises(Crowded, match="/again"), throttle.one("/again"):
            pass
    with throttle.one("/again"):
        pass
