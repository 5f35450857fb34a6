"""The image's own steps on this machine: built from the copied files alone, run read-only by a nobody."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from typing import TYPE_CHECKING

import pytest

from bot.store.redis import connect
from sandbox.resident import Resident
from tests.deploy.dockerfile import ROOT, stages
from tests.support.company import APPROVALS, POLICY, SLACK_ONLY, SOON, company, has_button, shows

if TYPE_CHECKING:
    from pathlib import Path

STAGES = stages()
USER = 10001


def test_the_image_runs_as_nobody_in_particular_without_a_shell() -> None:
    """A numeric user who is not root; entry point and health check are commands, not lines for a shell."""
    last = STAGES["bot"]
    base = STAGES[last.base]

    assert list(STAGES)[-1] == "bot", "what is built when nobody names a target"
    assert base.last("USER") == f"{USER}:{USER}"
    assert base.command("ENTRYPOINT") == ["gemini-key-bot"]
    assert base.command("CMD") == ["serve"]
    assert last.command("HEALTHCHECK")[:2] == ["python", "-c"]
    assert not any(stage.all("ADD") for stage in STAGES.values()), "nothing is fetched past the hashes"
    installs = [run for stage in STAGES.values() for run in stage.all("RUN") if "pip install" in run]
    assert installs
    assert all("--require-hashes -r " in run or run == "pip install --no-deps ." for run in installs)


def test_the_build_is_given_what_it_copies_and_nothing_more() -> None:
    """Each COPY names something that exists and that .dockerignore lets through; all else is kept out."""
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = {
        name
        for stage in STAGES.values()
        for rest in stage.all("COPY")
        if not rest.startswith("--from")
        for name in rest.split()[:-1]
    }

    assert copied == set(allowed)
    assert all((ROOT / name).exists() for name in copied)
    assert (ROOT / ".dockerignore").read_text().splitlines()[0] == "*"


def test_the_health_check_tells_a_living_process_from_a_dead_one() -> None:
    """The check of the image, as it stands there, ends with an error when nothing answers."""
    command = STAGES["bot"].command("HEALTHCHECK")
    dead = subprocess.run([sys.executable, *command[1:]], env={"PORT": "1"}, capture_output=True, check=False)

    assert dead.returncode != 0


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the copied files and unpack it into a tree that cannot be written to."""
    place = tmp_path_factory.mktemp("image")
    source, tree = place / "src", place / "opt"
    for rest in STAGES["build"].all("COPY"):
        for name in rest.split()[:-1]:
            origin, target = ROOT / name, source / name
            if origin.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(origin, target, ignore=ignored)
            else:
                target.parent.mkdir(exist_ok=True, parents=True)
                shutil.copy(origin, target)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    with zipfile.ZipFile(next(place.glob("*.whl"))) as wheel:
        wheel.extractall(tree)
    for path in [*tree.rglob("*"), tree]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for path in [place, *place.parents][:3]:
        path.chmod(0o755)
    return tree


async def test_the_image_does_its_work_in_a_read_only_tree(
    installed: Path, tmp_path: Path, redis_url: str
) -> None:
    """From the wheel alone, as a user who can write nowhere, a request becomes a working key."""
    packages = sysconfig.get_paths()["purelib"]
    image = {
        "PYTHONPATH": os.pathsep.join([str(installed), packages]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONSAFEPATH": "1",
        "TMPDIR": "/nowhere",
    }
    client = connect(redis_url)
    await client.config_set("unixsocketperm", "777")
    await client.aclose()
    async with company(tmp_path, redis_url) as acme:
        settings = {**acme.town.environment(), **SOON, **image, "REDIS_URL": redis_url}
        worker = {name: value for name, value in settings.items() if not name.startswith(SLACK_ONLY[0])}
        for role, environment in (("worker", worker), ("slack", settings)):
            bot = Resident(environment, data=tmp_path / "nowhere", policy=POLICY, log=acme.log, role=role)
            await acme._stack.enter_async_context(bot)
        ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")
        request_id = await acme.ask(ada)
        await grace.press("approve_request", await grace.message(APPROVALS, shows(request_id), "the card"))
        channel = await ada.direct_channel()
        await ada.message(channel, lambda m: has_button(m, "open_secret"), "the link to the key")

        where = await _loaded_from(bot)
        assert where == str(installed / "bot" / "__init__.py")
    assert not [path for path in (installed / "__pycache__", tmp_path / "nowhere") if path.exists()]


async def _loaded_from(bot: Resident) -> str:
    """Ask a Python of the same environment where it finds the service."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import bot; print(bot.__file__)",
        env=bot._environment,
        stdout=subprocess.PIPE,
    )
    said, _ = await process.communicate()
    return said.decode().strip()
