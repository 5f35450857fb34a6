from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING

import pytest
from redis import Redis
from redis.exceptions import RedisError

from bot.store.embedded_files import find_binary
from tests.deploy.dockerfile import ROOT, stages
from tests.deploy.given import starting
from tests.deploy.redis_users import PASSWORDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.deploy.given import Starts


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Starts:
    """Let a role start with the environment that a deployment gives it."""
    return starting(monkeypatch, tmp_path)


@pytest.fixture(scope="session")
def redis_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Start a server by deploy/redis/start.sh, with passwords from a file and from the environment."""
    directory = tmp_path_factory.mktemp("redis")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
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
    command = [str(ROOT / "deploy/redis/start.sh"), "--port", str(port), "--bind", "127.0.0.1"]
    with (
        (directory / "log").open("wb") as log,
        subprocess.Popen(command, cwd=directory, env=environment, stdout=log, stderr=log) as server,
    ):
        _wait_for(port, directory / "log")
        yield port
        server.terminate()


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + 10
    with Redis(port=port, username="health", password="any") as health:
        while True:
            try:
                health.ping()
            except RedisError:
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.02)
            else:
                return


@pytest.fixture(scope="session")
def image_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from what the image copies, and unpack it into a tree that cannot be written to."""
    place = tmp_path_factory.mktemp("image")
    source, tree = place / "src", place / "opt"
    source.mkdir()
    for rest in stages()["build"].all("COPY"):
        for name in rest.split()[:-1]:
            origin, target = ROOT / name, source / name
            if origin.is_dir():
                shutil.copytree(origin, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(origin, target)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    with zipfile.ZipFile(next(place.glob("*.whl"))) as wheel:
        wheel.extractall(tree)
    for path in [*tree.rglob("*"), tree]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return tree
