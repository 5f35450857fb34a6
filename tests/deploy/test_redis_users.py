"""Redis's own users for the roles, on a real server that is started as compose and Kubernetes start it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError, RedisError

from bot.store import acl, keys
from bot.store.embedded_files import find_binary
from tests.support.company import APPROVALS, company, has_button, shows

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PASSWORDS = {"slack": "of slack", "worker": "of worker", "operator": "of operator"}
T = "gk:{T0ACME}"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Start a server by deploy/redis/start.sh."""
    directory = tmp_path_factory.mktemp("redis")
    with socket.create_server(("127.0.0.1", 0)) as free:
        found: int = free.getsockname()[1]
    (directory / "worker").write_text(PASSWORDS["worker"] + "\n")
    environment = {
        "PATH": os.environ["PATH"],
        "REDIS_SERVER": str(find_binary(None)),
        "ACL_TEMPLATE": str(ROOT / "deploy/redis/users.acl"),
        "ACL_FILE": str(directory / "users.acl"),
        "SLACK_REDIS_PASSWORD": PASSWORDS["slack"],
        "WORKER_REDIS_PASSWORD_FILE": str(directory / "worker"),
        "OPERATOR_REDIS_PASSWORD": PASSWORDS["operator"],
    }
    command = [str(ROOT / "deploy/redis/start.sh"), "--port", str(found), "--bind", "127.0.0.1"]
    with (
        (directory / "log").open("wb") as log,
        subprocess.Popen(command, cwd=directory, env=environment, stdout=log, stderr=log) as server,
    ):
        health = Redis(port=found, username="health", password="any")
        deadline = time.monotonic() + 10
        while True:
            try:
                health.ping()
                break
            except RedisError:
                assert time.monotonic() < deadline, (directory / "log").read_text()
                time.sleep(0.02)
        yield found
        health.close()
        server.terminate()


def user(port: int, role: str) -> Redis:
    """Connect as a role."""
    return Redis(port=port, username=role, password=PASSWORDS[role], decode_responses=True)


def url(port: int, role: str) -> str:
    """Name the server as a role sees it."""
    return f"redis://{role}:{PASSWORDS[role].replace(' ', '%20')}@127.0.0.1:{port}/0"


def test_the_shipped_file_is_what_the_keys_say() -> None:
    """deploy/redis/users.acl is generated: `gemini-key-bot redis-acl > deploy/redis/users.acl`."""
    assert (ROOT / "deploy/redis/users.acl").read_text() == acl.users()


def test_nobody_comes_in_without_a_name(port: int) -> None:
    """The default user is off; the one for health checks may only ask whether the server is there."""
    with Redis(port=port) as nobody, pytest.raises(RedisError):
        nobody.ping()
    with Redis(port=port, username="health", password="x") as health:
        assert health.ping()
        with pytest.raises(NoPermissionError):
            health.get("gk:worker")


@pytest.mark.parametrize(
    "command",
    [
        "FLUSHALL",
        "CONFIG GET *",
        "KEYS *",
        "SCAN 0",
        "SCRIPT FLUSH",
        "MONITOR",
        "SHUTDOWN NOSAVE",
        "ACL WHOAMI",
        "CLIENT LIST",
        "GET another:application",
        f"DEL {T}:request:GK-7F3K",
        f"SET {T}:request:GK-7F3K x",
        f"DEL {T}:audit",
        f"XTRIM {T}:audit MAXLEN 0",
        f"XDEL {T}:audit 1-1",
        "EVAL return{redis.call('DEL',KEYS[1])} 1 " + f"{T}:audit",
        f"RENAME {T}:audit {T}:once:x",
        "SREM gk:workspaces T0ACME",
    ],
)
@pytest.mark.parametrize("role", ["slack", "worker"])
def test_no_role_may(port: int, role: str, command: str) -> None:
    """What neither role ever does, neither may: wipe, look round, reconfigure, take records or audit away."""
    with user(port, role) as client, pytest.raises(RedisError, match=r"(?i)permission|NOPERM"):
        client.execute_command(*command.split(" "))


@pytest.mark.parametrize(
    ("role", "command"),
    [
        ("slack", "SET gk:worker now"),
        ("slack", "SET gk:project:{acme-ml-dev} fine"),
        ("slack", "XREADGROUP GROUP docket-workers me STREAMS gemini-key-bot:stream >"),
        ("slack", "XACK gemini-key-bot:stream docket-workers 1-1"),
        ("slack", "XTRIM gemini-key-bot:stream MAXLEN 0"),
        ("worker", f"GET {T}:person:U0ADA"),
        ("worker", f"SET {T}:person:U0ADA x"),
        ("worker", f"SET {T}:once:a-signature x"),
        ("worker", f"HGETALL {T}:messages:GK-7F3K"),
        ("worker", f"XREADGROUP GROUP announcer me STREAMS {T}:announcements >"),
    ],
)
def test_a_role_may_not_do_the_others_work(port: int, role: str, command: str) -> None:
    """Slack's side takes no jobs and vouches for no project; a worker sees no profile, forges no delivery."""
    with user(port, role) as client, pytest.raises(NoPermissionError):
        client.execute_command(*command.split(" "))


def test_what_redis_cannot_tell_apart_is_said_openly(port: int) -> None:
    """Both roles move records, so either can write a false one: the documents say so, and this is why."""
    for role in ("slack", "worker"):
        with user(port, role) as client:
            client.hset(f"{T}:request:GK-FAKE", mapping={"v": 1, "json": "{}"})
    with user(port, "operator") as operator:
        operator.flushall()
    security = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    assert "Redis checks commands and keys, never values" in " ".join(security.split())


@pytest.mark.parametrize("role", acl.EXCEPTIONS)
def test_every_kind_of_key_has_an_answer(role: str) -> None:
    """A kind that is made read-only or hidden from a role is one that exists."""
    assert set(acl.EXCEPTIONS[role]) <= set(keys.KINDS)


async def test_a_whole_story_by_two_users_of_redis(port: int, tmp_path: Path) -> None:
    """Each role does all of its work as its own user: nothing that it needs is refused."""
    with user(port, "operator") as operator:
        operator.flushall()
        operator.acl_log_reset()
        async with company(tmp_path, url(port, "operator")) as acme:
            for role in ("worker", "slack"):
                await acme.bot(role, REDIS_URL=url(port, role))
            ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
            request_id = await acme.ask(ada)
            card = await grace.message(APPROVALS, shows(request_id), "the card")
            await grace.press("approve_request", card)
            channel = await ada.direct_channel()
            await ada.message(channel, lambda m: has_button(m, "open_secret"), "the link to the key")
            await ada.command("/gemini-key list")
            await ada.command(
                '/gemini-key why-403 {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": '
                '"Generative Language API has not been used in project 123 before or it is disabled."}}'
            )
            denied = await acme.ask(ada)
            await ada.command(f"/gemini-key withdraw {denied}")
            assert len(acme.live_keys()) == 1
            refused = [entry for entry in operator.acl_log() if entry["username"] in acl.EXCEPTIONS]
        assert refused == [], [(entry["username"], entry["object"]) for entry in refused]
