"""The bot's own command, run beside a set-up as its operator runs it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


async def command(settings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `gemini-key-bot …` to its end with these settings alone; nobody is there to answer a question."""
    environment = {"PATH": os.environ["PATH"], **settings}
    line = [sys.executable, "-m", "bot", *arguments]
    return await asyncio.to_thread(
        subprocess.run,
        line,
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
