"""Redis's own users for the roles, on a real server that is started as compose and Kubernetes start it."""

from __future__ import annotations

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError, RedisError

from bot.store import acl, keys
from tests.deploy.dockerfile import ROOT
from tests.deploy.redis_users import user

T = "gk:{T0ACME}"


def test_the_shipped_file_is_what_the_keys_say() -> None:
    """deploy/redis/users.acl is generated: `gemini-key-bot redis-acl > deploy/redis/users.acl`."""
    assert (ROOT / "deploy/redis/users.acl").read_text() == acl.users()


def test_nobody_comes_in_without_a_name(redis_port: int) -> None:
    """The default user is off; the one for health checks may only ask whether the server is there."""
    with Redis(port=redis_port) as nobody, pytest.raises(RedisError):
        nobody.ping()
    with Redis(port=redis_port, username="health", password="x") as health:
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
def test_no_role_may(redis_port: int, role: str, command: str) -> None:
    """What neither role ever does, neither may: wipe, look round, reconfigure, take records or audit away."""
    with user(redis_port, role) as client, pytest.raises(RedisError, match=r"(?i)permission|NOPERM"):
        client.execute_command(*command.split(" "))


@pytest.mark.parametrize(
    ("role", "command"),
    [
        ("slack", "SET gk:worker now"),
        ("slack", "SET gk:project:{acme-ml-dev} fine"),
        ("slack", "XREADGROUP GROUP docket-workers me STREAMS gemini-key-bot:stream >"),
        ("slack", "XACK gemini-key-bot:stream docket-workers 1-1"),
        ("slack", "XTRIM gemini-key-bot:stream MAXLEN 0"),
        ("slack", f"HSET {T}:api-token:TOKEN-portal v 1"),
        ("slack", f"DEL {T}:api-token:TOKEN-portal"),
        ("worker", f"HGETALL {T}:api-token:TOKEN-portal"),
        ("worker", f"HGETALL {T}:installation"),
        ("worker", f"GET {T}:person:U0ADA"),
        ("worker", f"SET {T}:person:U0ADA x"),
        ("worker", f"SET {T}:once:a-signature x"),
        ("worker", f"HGETALL {T}:messages:GK-7F3K"),
        ("worker", f"XREADGROUP GROUP announcer me STREAMS {T}:announcements >"),
    ],
)
def test_a_role_may_not_do_the_others_work(redis_port: int, role: str, command: str) -> None:
    """Slack's side takes no jobs and vouches for no project; a worker sees no profile, forges no delivery."""
    with user(redis_port, role) as client, pytest.raises(NoPermissionError):
        client.execute_command(*command.split(" "))


def test_what_redis_cannot_tell_apart_is_said_openly(redis_port: int) -> None:
    """Both roles move records, so either can write a false one: the documents say so, and this is why."""
    for role in ("slack", "worker"):
        with user(redis_port, role) as client:
            client.hset(f"{T}:request:GK-FAKE", mapping={"v": 1, "json": "{}"})
    with user(redis_port, "operator") as operator:
        operator.flushall()
    security = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    assert "Redis checks commands and keys, never values" in " ".join(security.split())


@pytest.mark.parametrize("role", acl.EXCEPTIONS)
def test_every_kind_of_key_has_an_answer(role: str) -> None:
    """A kind that is made read-only or hidden from a role is one that exists."""
    assert set(acl.EXCEPTIONS[role]) <= set(keys.KINDS)
