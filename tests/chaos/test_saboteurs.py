from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.chaos.saboteurs import SABOTEURS, Saboteur
from tests.chaos.tally import only_full, only_plain

if TYPE_CHECKING:
    from tests.chaos.tally import Tally

ROOT = Path(__file__).parents[2]
PARTS = ("bot", "handlers", "sandbox", "tests")
pytestmark = [pytest.mark.chaos, only_plain]


@pytest.mark.parametrize("saboteur", SABOTEURS, ids=lambda saboteur: saboteur.breaks)
def test_a_saboteur_still_fits(saboteur: Saboteur) -> None:
    """What it would change stands in the code once; else it breaks nothing and proves nothing."""
    assert (ROOT / saboteur.file).read_text().count(saboteur.old) == 1


@only_full
@pytest.mark.parametrize("saboteur", SABOTEURS, ids=lambda saboteur: saboteur.breaks)
async def test_a_broken_service_is_noticed(saboteur: Saboteur, tmp_path: Path, tally: Tally) -> None:
    """A copy of the tree is broken on purpose, and the suite that watches over that fails."""
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    broken = tmp_path / saboteur.file
    broken.write_text(broken.read_text().replace(saboteur.old, saboteur.new))

    code = await suite(tmp_path, saboteur)

    tally.add("saboteurs that nobody noticed", saboteur.breaks, [] if code else ["nobody noticed"])
    assert code == 1, "the suite passed, or could not run"


async def suite(tree: Path, saboteur: Saboteur) -> int:
    """Run the suites against the copy; returns pytest's exit code."""
    files = [f"tests/{name}" for name in saboteur.test.split(" or ")]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *files,
        cwd=tree,
        env={
            **os.environ,
            "PYTHONPATH": str(tree),
            "CHAOS": "",
            "CHAOS_ONLY": saboteur.only,
            "CHAOS_PATIENCE": "15",
        },
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    return await process.wait()
