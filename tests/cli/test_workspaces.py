"""`gemini-key-bot workspaces`: what an operator sees of several workspaces, and how he gives one up."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from bot.cli.workspaces import read
from bot.domain.installation import ID, State
from bot.domain.key_request import State as RequestState
from bot.operations.give_up import Closer, end_all
from bot.serving.installed import Standing
from bot.serving.numbers import numbers
from bot.store.installations import Installations
from bot.telemetry.metrics import Metrics
from tests.support.command import command
from tests.support.installed import ACME, BETA, workspaces, write_policies
from tests.support.slack_side import ADA, ALAN, GRACE, RADIA, SlackSide

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from subprocess import CompletedProcess

GAMMA = "T0GAMMA"


@pytest.fixture
async def side(redis_url: str, tmp_path: Path) -> AsyncIterator[SlackSide]:
    """Acme and Beta have the app; Beta's policy was taken away since, and Gamma's is there too early."""
    write_policies(tmp_path, beta_approver=GRACE)
    async with SlackSide(redis_url, tmp_path, installable=True) as side:
        for team_id in (ACME, BETA):
            assert (await side.install(team_id)).status == 200
        (tmp_path / f"{BETA}.toml").rename(tmp_path / f"{GAMMA}.toml")
        side.service.policies.look()
        await side.until(lambda: side.service.policies.teams() == [ACME, GAMMA])
        yield side


async def run(side: SlackSide, *arguments: str) -> CompletedProcess[str]:
    """Run it where the Slack role runs, but where Slack is not to be reached."""
    beside = {"GEMINI_KEY_BOT_POLICY_DIR": str(side.settings.policy_dir)}
    nowhere = {"SLACK_API_URL": "http://127.0.0.1:9/api/"}
    return await command({**side.environment(), **beside, **nowhere}, *arguments)


async def standings(side: SlackSide) -> dict[str, tuple[str, object]]:
    """List each workspace's standing, and whether its token opens."""
    listed = [row.as_json() for row in await read(side.service)]
    return {str(row["team"]): (str(row["standing"]), row["token_opens"]) for row in listed}


async def test_the_list_tells_how_the_app_stands_everywhere(side: SlackSide) -> None:
    """Who has a policy and who has the app are two lists; this is both, without asking Slack."""
    told = await run(side, "workspaces", "list", "--json")

    listed = {row.pop("team"): row for row in json.loads(told.stdout)}
    assert {team_id: row["standing"] for team_id, row in listed.items()} == {
        ACME: "open",
        BETA: "without-policy",
        GAMMA: "not-installed",
    }
    assert listed[ACME].pop("since")
    assert (listed[ACME].pop("name"), listed[GAMMA].pop("name")) == ("Acme", "")
    shown = {"standing": "open", "by": RADIA, "policy": True, "token_opens": True, "keys_live": 0}
    assert listed[ACME] == shown


async def test_a_token_that_no_key_opens_is_told_from_one_that_is_gone(side: SlackSide) -> None:
    """A wrong sealing key is mended by the right one; only what is gone is installed again."""
    strange = side.settings.model_copy(update={"sealing_keys": SecretStr(Fernet.generate_key().decode())})
    service = replace(side.service, settings=strange)

    assert {str(row.one.team_id): row.standing for row in await read(service)} == {
        ACME: Standing.SEALED,
        BETA: Standing.WITHOUT_POLICY,
        GAMMA: Standing.NOT_INSTALLED,
    }


async def test_the_numbers_count_workspaces_by_standing(side: SlackSide) -> None:
    """An alert can be put on a workspace that nobody can use."""
    shown = (await numbers(side.service, Metrics(), ready=True, connections=0)).decode()

    families = text_string_to_metric_families(shown)
    (found,) = (family for family in families if family.name == "gemini_key_bot_workspaces")
    counted = {sample.labels["standing"]: sample.value for sample in found.samples}
    assert {standing: n for standing, n in counted.items() if n} == {
        "open": 1,
        "without-policy": 1,
        "not-installed": 1,
    }
    assert counted["sealed"] == 0, "a series that an alert looks at is always there"


async def test_nothing_is_forgotten_without_a_yes(side: SlackSide) -> None:
    """The command says what goes and what stays, and asks; no answer is a no."""
    asked = await run(side, "workspaces", "forget", ACME)

    assert asked.returncode == 1
    assert "The token is forgotten; its 0 keys live until their ends" in asked.stdout
    assert (await standings(side))[ACME] == ("open", True)


async def test_a_forgotten_workspace_is_served_no_more(side: SlackSide) -> None:
    """The Slack role notices by itself; what was asked for stays, and so does the record of who did it."""
    side.at(ACME)
    asked = await side.ask(ADA)

    told = await run(side, "workspaces", "forget", ACME, "--yes")

    assert told.returncode == 0, told.stderr
    assert f"while {ACME}.toml is there" in told.stdout
    await side.until(lambda: ACME not in workspaces(side.front)._open)
    kept = await Installations(side.service.redis, side.service.nonce).get(ACME, ID)
    assert (kept.state, kept.sealed) == (State.UNINSTALLED, "")
    assert (await standings(side))[ACME] == ("uninstalled", None)
    assert (await side.service.requests.get(ACME, asked.id)).state is RequestState.PENDING
    audit = (await run(side, "audit", "export", "--workspace", ACME)).stdout
    events = [json.loads(line) for line in audit.splitlines()]
    assert {event["team"] for event in events} == {ACME}
    assert (events[-1]["event"]["by"], events[-1]["event"]["verb"]) == ("operator", "forget-workspace")


async def test_what_is_given_up_ends_and_what_nobody_decided_is_left(side: SlackSide) -> None:
    """What is being made is stopped and undone by a worker; a request that nobody can approve lapses."""
    side.at(ACME)
    asked, approved = await side.ask(ADA), await side.ask(ALAN)
    await side.press(GRACE, "approve_request", await side.card(approved.id))
    service = side.service

    ended = await end_all(Closer(service.requests, service.queue, service.now), ACME)

    assert (ended.closed, ended.revoked) == ((approved.id,), ())
    stopped = await service.requests.get(ACME, approved.id)
    assert stopped.failure is not None
    assert stopped.failure.cause == "workspace-left"
    assert (await service.requests.get(ACME, asked.id)).state is RequestState.PENDING


async def test_what_nobody_knows_is_no_empty_answer(side: SlackSide) -> None:
    """A misspelt team id is an error, not a workspace without events."""
    told = await run(side, "audit", "export", "--workspace", "T0ACNE")

    assert (told.returncode, told.stdout) == (2, "")
    assert "I don't know the workspace T0ACNE" in told.stderr
