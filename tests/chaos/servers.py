"""Redis as companies run it: a primary with a replica and Sentinels, a Cluster of three, on loopback."""

from __future__ import annotations

import asyncio
import shutil
import socket
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store.embedded_files import find_binary
from tests.chaos.waiting import eventually

if TYPE_CHECKING:
    from typing import Self

SLOTS = 16384
DOWN_AFTER = 1500  # milliseconds until a Sentinel calls a silent primary dead


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Servers:
    """Server processes with a directory each; stopped and removed at the end."""

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="gkb-redis-"))
        self.processes: dict[int, asyncio.subprocess.Process] = {}
        self._clients: dict[int, Redis] = {}
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in self._clients.values():
            await client.aclose()
        for process in self.processes.values():
            if process.returncode is None:
                process.kill()
                await process.wait()
        shutil.rmtree(self._directory, ignore_errors=True)

    async def start(self, *options: str, sentinel: str = "") -> int:
        """Start one server, or a Sentinel with this configuration; returns its port once it answers."""
        port = free_port()
        own = self._directory / str(port)
        own.mkdir()
        arguments = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(own), *options]
        if sentinel:
            file = own / "sentinel.conf"
            file.write_text(f"port {port}\nbind 127.0.0.1\ndir {own}\n{sentinel}\n")
            arguments = [str(file), "--sentinel"]
        else:
            arguments += ["--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
        self.processes[port] = await asyncio.create_subprocess_exec(
            find_binary(None), *arguments, stdout=asyncio.subprocess.DEVNULL, start_new_session=True
        )
        self._clients[port] = Redis(host="127.0.0.1", port=port, decode_responses=True)
        assert await eventually(lambda: self._answers(port), within=10)
        return port

    def client(self, port: int) -> Redis:
        return self._clients[port]

    async def _answers(self, port: int) -> bool:
        try:
            return bool(await self._clients[port].ping())
        except (RedisError, OSError):
            return False


async def with_sentinels(servers: Servers) -> str:
    """Run a primary, a replica and three Sentinels; returns the URL. The primary is the first process."""
    primary = await servers.start()
    replica = await servers.start("--replicaof", f"127.0.0.1 {primary}")

    async def copied() -> bool:
        return bool((await servers.client(replica).info("replication"))["master_link_status"] == "up")

    assert await eventually(copied, within=20)
    watched = (
        f"sentinel monitor gemini 127.0.0.1 {primary} 2\n"
        f"sentinel down-after-milliseconds gemini {DOWN_AFTER}\n"
        "sentinel failover-timeout gemini 5000"
    )
    sentinels = [await servers.start(sentinel=watched) for _ in range(3)]

    async def known() -> bool:
        state = await servers.client(sentinels[0]).execute_command("SENTINEL", "MASTER", "gemini")
        facts = state if isinstance(state, dict) else dict(zip(state[::2], state[1::2], strict=True))
        return int(facts["num-slaves"]) == 1 and int(facts["num-other-sentinels"]) == 2

    assert await eventually(known, within=20)
    hosts = ",".join(f"127.0.0.1:{port}" for port in sentinels)
    return f"redis+sentinel://{hosts}/gemini/0"


async def cluster(servers: Servers) -> str:
    """Run a Cluster of three nodes; returns its URL."""
    nodes = [
        await servers.start("--cluster-enabled", "yes", "--cluster-port", str(free_port())) for _ in range(3)
    ]
    bus = {}
    for number, port in enumerate(nodes):
        first, last = SLOTS * number // 3, SLOTS * (number + 1) // 3 - 1
        await servers.client(port).execute_command("CLUSTER", "ADDSLOTSRANGE", first, last)
        (bus[port],) = (await servers.client(port).config_get("cluster-port")).values()
    for port in nodes[1:]:
        await servers.client(nodes[0]).execute_command("CLUSTER", "MEET", "127.0.0.1", port, bus[port])

    async def whole() -> bool:
        told = [await servers.client(port).execute_command("CLUSTER", "INFO") for port in nodes]
        return all("cluster_state:ok" in str(info) or _ok(info) for info in told)

    assert await eventually(whole, within=20)
    return f"redis+cluster://127.0.0.1:{nodes[0]}"


def _ok(info: object) -> bool:
    return isinstance(info, dict) and info.get("cluster_state") == "ok"
