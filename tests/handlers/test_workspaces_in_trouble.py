"""What goes wrong in one of several workspaces stays there, loses nothing, and ends by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.domain.installation import ID, State
from bot.store import keys
from bot.store.api_tokens import ApiTokens
from bot.store.seal import Seal
from bot.telemetry.metrics import Metrics
from handlers.app import SlackFrontEnd
from sandbox.slack.delivery import payloads
from tests.handlers.test_install import kept, portal_token
from tests.support.installed import ACME, BETA, workspaces
from tests.support.portal import Portal
from tests.support.slack_side import ADA, APPROVALS, GRACE, SlackSide

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from redis.asyncio import Redis

    from handlers.serving.workspaces import Workspaces


@pytest.fixture
async def side(redis_url: str, folder: Path) -> AsyncIterator[SlackSide]:
    """A deployment that is installed in both, seen from Acme."""
    async with SlackSide(redis_url, folder, installable=True, api=True) as side:
        await side.install(ACME)
        await side.install(BETA)
        side.at(ACME)
        yield side


def installed(side: SlackSide) -> Workspaces:
    return workspaces(side.front)


def served(side: SlackSide) -> set[str]:
    return set(installed(side)._open)


def somebody_left(side: SlackSide) -> dict[str, Any]:
    """Tell as Slack does that an account was closed."""
    user = {"id": ADA, "team_id": side.slack.team.id, "deleted": True}
    return payloads.event_callback(side.slack.team, {"type": "user_change", "user": user})


def unwell(_: dict[str, Any]) -> dict[str, Any]:
    return {"ok": False, "error": "internal_error"}


async def test_a_task_that_died_is_begun_anew_and_makes_nobody_unready(side: SlackSide, redis: Redis) -> None:
    """An entry that nobody can read ends the announcer of its workspace; the workspace is opened again."""
    entry = await redis.xadd(keys.announcements(ACME), {"written by": "somebody else"})
    await side.until(installed(side)._open[ACME].workspace.stopped)
    assert side.front.trouble() == ""
    await redis.xdel(keys.announcements(ACME), entry)

    await installed(side)._bring_all()

    asked = await side.ask(ADA)
    assert await side.card(asked.id)
    assert side.front.trouble() == ""


async def test_a_notice_waits_for_redis(side: SlackSide, redis: Redis, folder: Path) -> None:
    """What could not be remembered is told a little later, and the workspace goes on meanwhile."""
    await redis.config_set("maxmemory", "1")
    try:
        acme = folder / f"{ACME}.toml"
        acme.write_text(acme.read_text().replace("[[projects]]", "[[project]]"))
        for _ in range(2):
            side.service.policies.reread()
        await asyncio.sleep(0.2)
        assert not [m for m in side.messages(APPROVALS) if "can't be used" in m.text]
    finally:
        await redis.config_set("maxmemory", "0")

    assert await side.message(APPROVALS, lambda m: "can't be used" in m.text)
    assert installed(side)._open[ACME].workspace.stopped() == ""


async def test_a_rejected_token_is_not_forgotten(side: SlackSide) -> None:
    """Slack says invalid_auth to addresses that it does not let in, too: nothing is sent, the token stays."""
    team = side.slack.installs.teams[ACME]
    token = team.credentials.bot_token
    team.install("xoxb-" + "another", team.options.scopes)
    await side.command(ADA, "request")
    await side.until(lambda: served(side) == {BETA})

    assert "I couldn't reach Slack (invalid_auth)" in (await side.command(ADA, "list")).body
    assert (await kept(side).get(ACME, ID)).state is State.INSTALLED

    team.install(token, team.options.scopes)
    await side.restart()
    assert (await side.ask(ADA)).id


async def test_an_uninstallation_that_nobody_told_is_noticed(side: SlackSide) -> None:
    """The first call that Slack answers with its last word has the workspace looked at, and closed."""
    side.slack.installs.dead.add(side.slack.team.credentials.bot_token)

    await side.command(ADA, "request")

    await side.until(lambda: served(side) == {BETA})
    assert (await kept(side).get(ACME, ID)).state is State.UNINSTALLED
    assert "not installed" in (await side.command(ADA, "list")).body


async def test_what_comes_while_slack_is_away_is_not_lost(side: SlackSide) -> None:
    """Who types or presses is told to try again; events and a portal's calls are asked to come again."""
    asked = await side.ask(ADA)
    card = await side.card(asked.id)
    side.twisted.changes["auth.test"] = unwell
    metrics = Metrics()
    side.service = replace(side.service, metrics=metrics)
    await side.restart()

    assert served(side) == set()
    assert "I couldn't reach Slack (internal_error)" in (await side.command(ADA, "list")).body
    assert (await side.press(GRACE, "approve_request", card)).status == 200
    await side.until(lambda: any("I couldn't reach Slack" in said for said in side.whispers(GRACE)))
    assert (await side.deliver("event", somebody_left(side))).status == 503
    assert b'ack_seconds_count{kind="command"} 1.0' in metrics.text()

    del side.twisted.changes["auth.test"]
    await side.restart()
    assert (await side.deliver("event", somebody_left(side))).status == 200


async def test_a_portal_is_asked_to_come_again(side: SlackSide) -> None:
    """A token that works is not called unknown because one workspace is shut for a moment."""
    token = await portal_token(ApiTokens(side.service.redis, side.service.nonce), ACME, side)
    team = side.slack.installs.teams[ACME]
    team.install("xoxb-" + "another", team.options.scopes)
    await side.restart()
    assert served(side) == {BETA}
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{side.address}/api/v1/openapi.json") as answer:
            portal = Portal(session, side.address, await answer.json(), token)
        said = await portal.get("/projects")

    assert (said.status, said.json["type"]) == (503, "urn:gemini-key-bot:problem:starting")


async def test_what_redis_does_not_say_is_not_guessed(side: SlackSide, redis: Redis) -> None:
    """A workspace whose record cannot be read is not told that the app is missing there."""
    await redis.rename(keys.installation(ACME), "elsewhere")
    await redis.set(keys.installation(ACME), "no record")
    await side.restart()

    said = await side.command(ADA, "list")

    assert "I couldn't reach my memory" in said.body
    assert (await side.deliver("event", somebody_left(side))).status == 503
    await redis.rename("elsewhere", keys.installation(ACME))
    assert "not installed" not in (await side.command(ADA, "list")).body


async def test_one_broken_record_spoils_no_other(side: SlackSide, redis: Redis) -> None:
    """Acme is served and followed whatever is wrong with Beta."""
    await redis.hset(keys.installation(BETA), "json", "{}")
    await side.restart()

    assert served(side) == {ACME}
    assert (await side.ask(ADA)).id
    await installed(side)._bring_all()
    assert side.front.trouble() == ""
    side.at(BETA)
    assert "I can't work here now" in (await side.command(ADA, "list")).body


async def test_a_new_sealing_key_closes_nobody(redis_url: str, folder: Path) -> None:
    """A replica that does not have the newer key yet goes on with what it has opened."""
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    async with SlackSide(redis_url, folder, installable=True, sealing_keys=old) as side:
        await side.install(ACME)
        side.at(ACME)
        settings = side.settings.model_copy(update={"sealing_keys": SecretStr(f"{new},{old}")})
        newer = SlackFrontEnd(replace(side.service, settings=settings))
        await newer.start()
        await newer.stop()
        assert Seal(new).is_fresh((await kept(side).get(ACME, ID)).sealed)

        await installed(side)._bring_all()

        assert served(side) == {ACME}
        assert (await side.ask(ADA)).id


async def test_a_token_without_a_policy_is_sealed_anew_too(redis_url: str, folder: Path) -> None:
    """When the old key goes, nobody has to install again because his policy was away that day."""
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    async with SlackSide(redis_url, folder, installable=True, sealing_keys=old) as side:
        await side.install(BETA)
        (folder / f"{BETA}.toml").unlink()
        for _ in range(2):
            side.service.policies.reread()

        await side.restart(sealing_keys=SecretStr(f"{new},{old}"))

        assert Seal(new).is_fresh((await kept(side).get(BETA, ID)).sealed)
