"""Run the page's pure parts in Node, as the browser would load them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="node, which runs the page's logic, is not installed")


@pytest.mark.parametrize("script", sorted(HERE.glob("*.test.mjs")), ids=lambda script: script.name)
def test_the_pages_logic_keeps_its_claims(script: Path) -> None:
    """Every claim in the script holds in a browser's own language."""
    assert NODE is not None
    environment = {**os.environ, "TZ": "Europe/Berlin", "NODE_NO_WARNINGS": "1"}
    run = subprocess.run(
        [NODE, str(script)], env=environment, capture_output=True, text=True, timeout=20, check=False
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "# pass 0" not in run.stdout
