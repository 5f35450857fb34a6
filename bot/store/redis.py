"""The connection to Redis (one server, Sentinel, Cluster), and the one place that translates its errors."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import structlog
from redis.asyncio import Redis, RedisCluster, Sentinel
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.driver_info import DriverInfo
from redis.exceptions import MaxConnectionsError, RedisError

from bot.errors import Misconfigured, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redis.commands.core import AsyncScript

SCRIPTS = Path(__file__).parent / "scripts"
# An ack has 3 s in all. A move that is sent again is recognised by its digest, so trying again is safe.
RETRIES = 1
CONNECT_TIMEOUT = 1.0
# Longer than any command takes; blocking reads bring their own client (`patient=True`).
READ_TIMEOUT = 0.8
# redis-py's own limit is 100. A workspace's announcer and answers each keep one connection waiting; Redis
# takes 10,000 clients by default.
PATIENT_CONNECTIONS = 1_000
SENTINEL_PORT = 26379

Client = Redis | RedisCluster

log = structlog.get_logger(__name__)


def connect(url: str, *, patient: bool = False) -> Client:
    """Make a client; a `patient` one may wait on streams without a time limit.

    Forms: `redis://`, `rediss://`, `unix://`, `redis+sentinel://a:26379,b:26379/master/0`,
    `redis+cluster://`.
    """
    options: dict[str, Any] = {
        "decode_responses": True,
        "socket_connect_timeout": CONNECT_TIMEOUT,
        "socket_timeout": None if patient else READ_TIMEOUT,
        "driver_info": _driver(),
        "retry": Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.3), RETRIES),
        **({"max_connections": PATIENT_CONNECTIONS} if patient else {}),
    }
    with _readable():
        return _client(url, options)


@cache
def _driver() -> DriverInfo:
    """Say once which redis-py this is: it would read its own package's files at each new connection."""
    return DriverInfo()


def _client(url: str, options: dict[str, Any]) -> Client:
    scheme = urlsplit(url).scheme
    if scheme in {"redis+cluster", "rediss+cluster"}:
        return RedisCluster.from_url(url.replace("+cluster", "", 1), **options)
    if scheme in {"redis+sentinel", "rediss+sentinel"}:
        return _through_sentinel(url, options)
    return Redis.from_url(url, **options)


def _through_sentinel(url: str, options: dict[str, Any]) -> Redis:
    parts = urlsplit(url)
    credentials, _, hosts = parts.netloc.rpartition("@")
    username, _, password = credentials.partition(":")
    master, _, database = parts.path.strip("/").partition("/")
    pairs = [_host_and_port(host) for host in hosts.split(",")]
    secure = {"ssl": True} if parts.scheme.startswith("rediss") else {}
    own = {"username": unquote(username) or None, "password": unquote(password) or None, **options, **secure}
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        pairs, sentinel_kwargs={"socket_connect_timeout": CONNECT_TIMEOUT, **secure}, **own
    )
    client: Redis = sentinel.master_for(master, redis_class=_Guarded, db=int(database or 0))
    return client


class _Guarded(Redis):
    """A client of what Sentinels name; it closes the connections to them too, which redis-py leaves open."""

    async def aclose(self, close_connection_pool: bool | None = None) -> None:  # noqa: FBT001 - redis-py's
        """Close everything."""
        await super().aclose(close_connection_pool)
        for sentinel in self.connection_pool.sentinel_manager.sentinels:  # type: ignore[attr-defined]
            await sentinel.aclose()


def script(client: Client, name: str) -> AsyncScript:
    """Load a script by its file's name; it is sent again by itself when a server has forgotten it."""
    return client.register_script((SCRIPTS / f"{name}.lua").read_text())


def _host_and_port(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    return (host, int(port)) if colon else (text, SENTINEL_PORT)


@contextmanager
def _readable() -> Iterator[None]:
    """Say that the URL is wrong without quoting it: a password stands in it, and in the errors about it."""
    try:
        yield
    except (ValueError, KeyError, IndexError):
        raise Misconfigured(
            "REDIS_URL can't be read. It looks like rediss://user:password@host:6379/0, "
            "with reserved characters of the password percent-encoded."
        ) from None


@contextmanager
def translated() -> Iterator[None]:
    """Turn Redis's errors into the one that says nothing was changed, or may have been."""
    try:
        yield
    except (RedisError, OSError) as error:
        if isinstance(error, MaxConnectionsError):
            log.error("redis.connections_used_up")  # noqa: TRY400 - no bug
        raise Unavailable(
            "I couldn't reach my memory (Redis: {kind}). Please try again in a minute.",
            kind=type(error).__name__,
        ) from None
