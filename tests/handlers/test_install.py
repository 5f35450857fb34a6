"""The app is installed from a page, into workspaces that have a policy; what one may, no other gets."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.domain.api_token import Scope
from bot.domain.installation import ID, State
from bot.domain.key_request import State as RequestState
from bot.errors import NotFound
from bot.operations import tokens
from bot.store.api_tokens import ApiTokens
from bot.store.audit import Audit
from bot.store.installations import Installations
from handlers.app import SlackFrontEnd
from sandbox.slack.delivery import payloads
from sandbox.slack.options import Options
from tests.support.installed import ACME, BETA, workspaces
from tests.support.leaks import leaks
from tests.support.portal import Portal
from tests.support.slack_side import ADA, ALAN, GRACE, SlackSide

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from redis.asyncio import Redis


@pytest.fixture
async def side(redis_url: str, redis: Redis, folder: Path) -> AsyncIterator[SlackSide]:
    """A deployment that nobody has installed yet; afterwards only listed keys are left."""
    async with SlackSide(redis_url, folder, installable=True, api=True) as side:
        yield side
    assert await leaks(redis) == []


def kept(side: SlackSide) -> Installations:
    return Installations(side.service.redis, side.service.nonce)


async def gone(side: SlackSide) -> None:
    """Wait until the news of an uninstallation has come."""
    async with asyncio.timeout(10):
        while (await kept(side).get(ACME, ID)).state is State.INSTALLED:  # noqa: ASYNC110 - it is in Redis
            await asyncio.sleep(0.05)


async def state(side: SlackSide, team_id: str, request_id: str) -> RequestState:
    return (await side.service.requests.get(team_id, request_id)).state


async def test_each_workspace_asks_and_decides_by_its_own_rules(side: SlackSide) -> None:
    """The same person approves in one workspace and is nobody in the other, with the same user id."""
    for team_id, project, approver in ((ACME, "acme-ml-dev", GRACE), (BETA, "acme-vision", ALAN)):
        page = await side.install(team_id)
        assert (page.status, "The app is in your workspace" in page.body) == (200, True)
        side.at(team_id)
        asked = await side.ask(ADA, project)
        card = await side.card(asked.id)
        await side.press(GRACE if approver == ALAN else ALAN, "approve_request", card)
        assert await state(side, team_id, asked.id) is RequestState.PENDING
        await side.press(approver, "approve_request", card)
        assert await state(side, team_id, asked.id) is RequestState.APPROVED
        await side.message(side.direct(ADA), lambda m: "is approved" in m.text)


async def test_a_workspaces_name_is_kept_for_a_terminal(side: SlackSide) -> None:
    """Operators read it in a list; nothing in it moves their cursor."""
    side.slack.installs.teams[ACME].name = "Acme\x1b[2J Café"

    await side.install(ACME)

    assert (await kept(side).get(ACME, ID)).name == "Acme[2J Café"


async def test_a_click_of_one_works_in_no_other(side: SlackSide) -> None:
    """Its approver's press, sent as if from the other workspace, or from both at once, decides nothing."""
    for team_id in (ACME, BETA):
        await side.install(team_id)
    side.at(ACME)
    asked = await side.ask(ADA)
    card = await side.card(asked.id)
    theirs, ours = {"id": BETA, "domain": "beta"}, {"id": ACME, "domain": "acme"}
    grace = {"id": GRACE, "username": "grace", "name": "grace", "team_id": BETA}

    await side.press(GRACE, "approve_request", card, team=theirs, user=grace)
    await side.press(GRACE, "approve_request", card, team=ours, user=grace)
    await side.press(GRACE, "approve_request", card, team=None, user={"id": GRACE})

    assert await state(side, ACME, asked.id) is RequestState.PENDING
    with pytest.raises(NotFound):
        await side.service.requests.get(BETA, asked.id)


async def test_each_portal_reads_its_own_workspace(side: SlackSide) -> None:
    """Two tokens of the same name: each finds its workspace's projects, and none without its installation."""
    kept_tokens, shown = ApiTokens(side.service.redis, side.service.nonce), {}
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{side.address}/api/v1/openapi.json") as answer:
            described = await answer.json()
        portals = {
            team_id: Portal(session, side.address, described, await portal_token(kept_tokens, team_id, side))
            for team_id in (ACME, BETA)
        }
        await side.install(BETA)
        assert (await portals[ACME].get("/projects")).status == 401
        await side.install(ACME)
        for team_id, portal in portals.items():
            said = await portal.get("/projects")
            shown[team_id] = [project["id"] for project in said.json["projects"]]

    assert shown == {ACME: ["acme-ml-dev"], BETA: ["acme-vision"]}


async def portal_token(kept_tokens: ApiTokens, team_id: str, side: SlackSide) -> str:
    """Make a workspace's token as the command line does."""
    return await tokens.make(
        kept_tokens,
        team_id,
        "portal",
        scopes=[Scope.READ],
        person="",
        life=timedelta(days=90),
        now=side.clock(),
        secret=secrets.token_urlsafe(32),
    )


async def test_who_reads_redis_finds_no_token(side: SlackSide, redis: Redis) -> None:
    """What is kept is sealed, for one workspace alone: another's place does not open it."""
    await side.install(ACME)
    token = side.slack.installs.teams[ACME].credentials.bot_token

    record = await kept(side).get(ACME, ID)
    everything = [await redis.dump(key) for key in await redis.keys("*")]

    assert record.sealed
    assert not [found for found in everything if token.encode() in found]
    assert await redis.hget(f"gk:{{{ACME}}}:installation", "json")
    await redis.copy(f"gk:{{{ACME}}}:installation", f"gk:{{{BETA}}}:installation")
    side.at(BETA)
    assert "sealed with a key that I don't have" in (await side.command(ADA, "help")).body
    assert [door.team_id for door in workspaces(side.front).receptions] == [ACME]


async def test_where_nobody_wrote_a_policy_nothing_stays(side: SlackSide, folder: Path) -> None:
    """The page says whom to ask, the app is out of the workspace again, and nothing is kept."""
    (folder / f"{BETA}.toml").unlink()
    for _ in range(2):
        side.service.policies.reread()

    page = await side.install(BETA)

    assert page.status == 500
    assert "Nobody has written a policy for your workspace T0BETA" in page.body
    assert "Ask whoever runs the bot to add T0BETA.toml" in page.body
    assert side.slack.installs.teams[BETA].credentials.bot_token == ""
    with pytest.raises(NotFound):
        await kept(side).get(BETA, ID)


async def test_a_whole_organization_is_refused(redis_url: str, folder: Path) -> None:
    """One token for all its workspaces would speak where no policy is."""
    async with SlackSide(redis_url, folder, Options(organization=True), installable=True) as side:
        page = await side.install(ACME)

        assert "not into the whole organization" in page.body
        with pytest.raises(NotFound):
            await kept(side).get(ACME, ID)


async def test_an_installation_is_finished_once_and_where_it_was_begun(side: SlackSide) -> None:
    """Another browser, a second use, a state of nobody's and a no at Slack end on a page that says so."""
    other = await side.install(ACME, cookie="slack-app-oauth-state=somebody-elses")
    assert (other.status, "another browser" in other.body) == (400, True)
    assert (await side.install(ACME)).status == 200
    address, cookie = side.came_back
    again = await side.return_to(address, cookie)
    assert (again.status, "was used already" in again.body) == (401, True)
    forged = await side.return_to(
        f"{side.address}/slack/oauth_redirect?code=1&state=forged", "slack-app-oauth-state=forged"
    )
    assert forged.status == 401
    no = await side.install(BETA, answer="cancel")
    assert "You have cancelled it at Slack" in no.body


async def test_what_a_link_says_is_no_markup(side: SlackSide) -> None:
    """The page of a failed installation shows nothing of the address that led there."""
    page = await side.return_to(f"{side.address}/slack/oauth_redirect?error=%3Cscript%3Ealert(1)", "x=y")

    assert "script" not in page.body
    assert "unknown" in page.body


async def test_an_uninstalled_workspace_is_left_alone(side: SlackSide) -> None:
    """Its token is forgotten, nothing is sent any more, its requests stay; installed again it goes on."""
    await side.install(ACME)
    await side.install(BETA)
    side.at(ACME)
    asked = await side.ask(ADA)
    await side.card(asked.id)
    side.slack.installs.uninstall(side.slack.team)

    await gone(side)
    said = await side.command(ADA, "list")
    assert "has no policy" not in said.body
    assert "not installed" in said.body
    assert (await kept(side).get(ACME, ID)).sealed == ""
    assert await state(side, ACME, asked.id) is RequestState.PENDING
    verbs = [json.loads(entry.event)["verb"] async for entry in Audit(side.service.redis).entries(ACME)]
    assert verbs.count("uninstall") == 1
    side.at(BETA)
    assert (await side.ask(ADA, "acme-vision")).id

    await side.install(ACME)
    side.at(ACME)
    assert asked.id in (await side.command(ADA, "list")).body


async def test_late_news_of_an_uninstallation_hurts_nobody(side: SlackSide) -> None:
    """Slack may say it again when the app is back: a token that works stays."""
    await side.install(ACME)
    side.at(ACME)
    event = {"type": "app_uninstalled"}
    answer = await side.deliver("event", payloads.event_callback(side.slack.team, event))

    assert answer.status == 200
    assert (await kept(side).get(ACME, ID)).state is State.INSTALLED
    assert (await side.ask(ADA)).id


async def test_another_replica_serves_what_was_installed_here(side: SlackSide) -> None:
    """It finds the token when the first payload comes, and closes what is gone."""
    another = SlackFrontEnd(side.service)
    await another.start()
    try:
        await side.install(ACME)
        side.at(ACME)
        assert workspaces(another).receptions == []
        async with side.without_guard(another):
            assert (await side.command(ADA, "help")).json["blocks"]
        assert [door.team_id for door in workspaces(another).receptions] == [ACME]
        side.slack.installs.uninstall(side.slack.installs.teams[ACME])
        async with asyncio.timeout(10):
            while workspaces(another).receptions:
                await workspaces(another)._bring_all()
                await asyncio.sleep(0.05)
    finally:
        await another.stop()


async def test_a_key_is_rotated_by_two(redis_url: str, folder: Path) -> None:
    """With the new key in front every token is sealed anew at the start; then the old key may go."""
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    async with SlackSide(redis_url, folder, installable=True, sealing_keys=old) as side:
        await side.install(ACME)
        before = await kept(side).get(ACME, ID)
        for keys, opens in ((f"{new},{old}", True), (new, True), (old, False)):
            settings = side.settings.model_copy(update={"sealing_keys": SecretStr(keys)})
            front = SlackFrontEnd(replace(side.service, settings=settings))
            await front.start()
            assert (ACME in workspaces(front)._open) is opens
            await front.stop()

        assert (await kept(side).get(ACME, ID)).sealed != before.sealed
