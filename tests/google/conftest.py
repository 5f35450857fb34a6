from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from bot.google.cloud import Cloud, open_cloud
from bot.google.endpoints import Endpoints
from bot.google.patience import Patience
from tests.support.authority import pytest_collection_finish

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.google.calls import Called

__all__ = ["pytest_collection_finish"]
PREFIX = "GEMINI_KEY_BOT_GOOGLE__"
# Quicker than production, and slow enough for a busy machine.
PATIENT = Patience(
    read=5, write=5, total=10, operation=10, propagation=10, visibility=10,
    first_pause=0.02, longest_pause=0.1, polls=(0.05, 0.1),
)  # fmt: skip
# Where a test waits for the end of a limit.
HASTY = replace(PATIENT, read=0.5, write=0.5, total=1, operation=0.6, propagation=0.6, visibility=0.6)


class Sandbox:
    """The small Google Cloud in its own process, and what its admin API tells and changes."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self._names = count(1)

    def endpoints(self) -> Endpoints:
        fields = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in self.environment.items()
            if name.startswith(PREFIX) and not name.endswith("CONSOLE")
        }
        return Endpoints(**fields)

    def name(self) -> str:
        """Give a name that no other test uses, as tests share one cloud."""
        return f"gk-{os.getpid()}-{next(self._names)}"

    def admin(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.environment[PREFIX + 'CONSOLE']}/google/{path}"
        request = urllib.request.Request(url, data, method=method)
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)

    def fault(self, match: str, **how: object) -> None:
        self.admin("POST", "faults", {"match": match, **how})

    def calls(self, method: str, reason: str = "") -> list[dict[str, Any]]:
        """List the calls of one method (`ApiKeys/CreateKey`) that reached the cloud for one reason."""
        calls = self.admin("GET", "calls")["calls"]
        return [c for c in calls if c["method"].endswith(method) and c["request_reason"] == reason]

    def project(self, project_id: str) -> dict[str, Any]:
        return next(p for p in self.admin("GET", "state")["projects"] if p["project_id"] == project_id)

    def secret(self, project_id: str, secret_id: str) -> dict[str, Any]:
        return next(s for s in self.project(project_id)["secrets"] if s["name"].endswith(f"/{secret_id}"))

    def keys(self, project_id: str, key_id: str) -> list[dict[str, Any]]:
        return [k for k in self.project(project_id)["keys"] if k["name"].endswith(f"/{key_id}")]

    @contextmanager
    def changed(self, path: str, change: dict[str, object], back: dict[str, object]) -> Iterator[None]:
        self.admin("POST", path, change)
        try:
            yield
        finally:
            self.admin("POST", path, back)


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    directory: Path = tmp_path_factory.mktemp("google")
    command = [sys.executable, "-m", "sandbox.google", "--directory", str(directory), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            environment = json.loads(process.stdout.readline())
            # gRPC reads its roots once per process, with the first channel.
            before = {name: os.environ.get(name) for name in environment}
            os.environ.update(environment)
            yield Sandbox(environment)
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})
        finally:
            process.terminate()


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Iterator[Sandbox]:
    yield running_sandbox
    running_sandbox.admin("DELETE", "faults")


@pytest.fixture
def called() -> list[Called]:
    return []


@pytest.fixture
async def cloud(sandbox: Sandbox, called: list[Called]) -> AsyncIterator[Cloud]:
    async with opened(sandbox, PATIENT, called) as cloud:
        yield cloud


@pytest.fixture
async def hasty(sandbox: Sandbox, called: list[Called]) -> AsyncIterator[Cloud]:
    async with opened(sandbox, HASTY, called) as cloud:
        yield cloud


@asynccontextmanager
async def opened(sandbox: Sandbox, patience: Patience, called: list[Called]) -> AsyncIterator[Cloud]:
    cloud = open_cloud(
        sandbox.endpoints(), now=lambda: datetime.now(UTC), patience=patience, observe=called.append
    )
    await cloud.warm()
    yield cloud
    await cloud.close()
