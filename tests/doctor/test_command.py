"""`gemini-key-bot doctor`, and the same at a start: exit codes, pure JSON, lines of the log, readiness."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from google.auth import identity_pool, impersonated_credentials
from google.auth.compute_engine import Credentials as Attached
from google.oauth2.credentials import Credentials as Person

from bot.doctor import memory
from bot.doctor.line import Mark
from bot.doctor.memory import RedisFacts
from bot.google.credentials import Credentials
from bot.serving.start_checkup import StartCheckup
from bot.store.checkup import _plain_to

if TYPE_CHECKING:
    from tests.doctor.stage import Stage

POOL: Any = {
    "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p",
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
    "token_url": "https://localhost/token",
    "credential_source": {"file": "/nowhere"},
}
GOOD = RedisFacts(
    version="8.2.1",
    role="master",
    aof=True,
    aof_fails=False,
    fsync="always",
    eviction="noeviction",
    used=1,
    limit=0,
    ping=timedelta(milliseconds=1),
    skew=timedelta(0),
)


async def run(stage: Stage, *arguments: str) -> tuple[int, str, str]:
    """Run the command as an operator would, in the set-up's environment."""
    environment = {**os.environ, **stage.town.environment(), "REDIS_URL": stage.server.url}
    environment["GEMINI_KEY_BOT_POLICY_FILE"] = str(stage.policy)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor", *arguments),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


@pytest.mark.asyncio(loop_scope="module")
async def test_json_is_all_there_is_on_stdout(stage: Stage) -> None:
    """With --json, stdout is one document; a good set-up is `ok` and exit code 0."""
    code, out, _ = await run(stage, "--json")

    document = json.loads(out)
    assert code == 0, [line for line in document["lines"] if line["mark"] == "problem"]
    assert document["ok"] is True
    assert {line["area"] for line in document["lines"]} == {"policy", "redis", "slack", "google"}


@pytest.mark.asyncio(loop_scope="module")
async def test_a_problem_is_exit_code_1_and_a_command_to_copy(stage: Stage) -> None:
    """For people each problem is a line with its fix and command; what is fine is only counted."""
    stage.project.services.pop("secretmanager.googleapis.com")

    code, out, _ = await run(stage)

    assert code == 1
    assert "  $ gcloud services enable secretmanager.googleapis.com --project=acme-ml-prod" in out
    assert "✓" not in out
    assert "1 wrong" in out


@pytest.mark.asyncio(loop_scope="module")
async def test_a_start_looks_around_and_is_not_ready_without_credentials(stage: Stage) -> None:
    """What lets nobody be served is told by readiness; a project's own trouble is not."""
    stage.set(checkup_seconds=0.01)
    stage.project.services.pop("secretmanager.googleapis.com")
    async with StartCheckup(stage.settings(), "all") as looking:
        assert looking._looking is not None
        await looking._looking
        assert looking.trouble() == ""

    stage.set(SLACK_BOT_TOKEN="xoxb-" + "0")
    async with StartCheckup(stage.settings(), "slack") as looking:
        assert looking._looking is not None
        await looking._looking
        assert looking.trouble().startswith("slack-token")


@pytest.mark.parametrize(
    ("changes", "check", "mark"),
    [
        ({}, None, Mark.OK),
        ({"version": "5.0.14"}, "redis-too-old", Mark.PROBLEM),
        ({"version": "7.0.0"}, "redis-too-old", Mark.OK),
        ({"role": "slave"}, "redis-replica", Mark.PROBLEM),
        ({"aof_fails": True}, "redis-aof-fails", Mark.PROBLEM),
        ({"fsync": "everysec"}, "redis-fsync", Mark.OK),
        ({"ping": timedelta(milliseconds=40)}, "redis-slow", Mark.WARNING),
        ({"plain_to": "redis.example.com"}, "redis-plain-text", Mark.WARNING),
        ({"skew": timedelta(seconds=-5)}, "clock-skew", Mark.WARNING),
        ({"skew": timedelta(minutes=3)}, "clock-skew", Mark.PROBLEM),
        ({"used": 95, "limit": 100}, "redis-memory", Mark.PROBLEM),
    ],
)
def test_what_no_server_here_can_be_brought_to(changes: Any, check: str | None, mark: Mark) -> None:
    """Old versions, replicas, full disks, slow networks and wrong clocks are judged by their facts."""
    lines = list(memory.lines(replace(GOOD, **changes)))

    troubled = {line.check: line.mark for line in lines if line.mark is not Mark.OK}
    assert troubled == ({} if mark is Mark.OK else {check: mark})


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("redis://:x@redis.example.com:6379/0", "redis.example.com"),
        ("rediss://:x@redis.example.com:6379/0", ""),
        ("redis://10.0.0.3:6379", ""),
        ("redis://8.8.8.8:6379", "8.8.8.8"),
        ("redis://redis:6379", ""),
        ("redis+sentinel://a.example.com:26379,b.example.com:26379/main/0", "a.example.com"),
        ("unix:///tmp/redis.sock", ""),
    ],
)
def test_plain_text_is_told_only_where_it_leaves_the_house(url: str, host: str) -> None:
    """A socket, a container's neighbour and a private address need no TLS; a name on the internet does."""
    assert _plain_to(url) == host


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (Attached(), "attached"),
        (Person(token="x"), "person"),
        (identity_pool.Credentials(**POOL), "federated"),
        (
            impersonated_credentials.Credentials(Person(token="x"), "a@b.iam.gserviceaccount.com", []),
            "impersonated",
        ),
    ],
)
def test_how_the_identity_was_obtained_is_told(found: Any, kind: str) -> None:
    """A person's login, an attached account and impersonation are told apart without asking anybody."""
    assert Credentials(found).identity().kind == kind
