"""The parts that measurements need: a sandbox, a Redis, and a bot that Slack reaches over HTTP."""

from __future__ import annotations

import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sandbox
from bot.store.redis import connect
from sandbox.resident import Resident
from tests.support.redis_server import redis_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.store.redis import Client

POLICY = Path(sandbox.__file__).parent / "policy.toml"


@asynccontextmanager
async def redis_beside(fsync: str = "everysec") -> AsyncIterator[tuple[str, Client]]:
    """Run a Redis of our own with an append-only file; yields its URL and a client."""
    with redis_server() as server:
        client = connect(server.url)
        await client.config_set("appendfsync", fsync)
        try:
            yield server.url, client
        finally:
            await client.aclose()


@asynccontextmanager
async def bot(
    environment: Mapping[str, str], redis_url: str = "", role: str = "all", module: str = "bot"
) -> AsyncIterator[Resident]:
    """Run a bot whose Slack delivers over HTTP; without a URL it has the Redis it brings along."""
    own = {name: value for name, value in environment.items() if name != "SLACK_APP_TOKEN"}
    if role == "worker":
        own = {name: value for name, value in own.items() if not name.startswith("SLACK_")}
    else:
        own["GEMINI_KEY_BOT_TRANSPORT"] = "http"
    if redis_url:
        own["REDIS_URL"] = redis_url
    with tempfile.TemporaryDirectory(prefix="gkb-bench-") as directory:
        log_path = Path(directory) / "bot.log"
        with log_path.open("wb") as log:
            where = {"data": Path(directory), "policy": POLICY}
            async with Resident(own, **where, log=log, role=role, module=module) as resident:
                yield resident
