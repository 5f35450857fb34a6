"""The image's own steps on this machine: built from the copied files alone, run read-only by a nobody."""

from __future__ import annotations

import subprocess
import sys

from tests.deploy.dockerfile import ROOT, stages

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
