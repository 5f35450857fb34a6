"""The sandbox in a process of its own, so that its work is not counted as the bot's."""

from __future__ import annotations

import argparse
import gc
import tempfile
from pathlib import Path

import uvloop

from sandbox.google.clock import Delays
from sandbox.town import Town
from tests.bench.child import say, until_stdin_ends


async def run(delays: Delays, *, limits: bool) -> None:
    """Serve until the parent lets go."""
    with tempfile.TemporaryDirectory(prefix="gkb-bench-town-") as directory:
        async with Town(Path(directory), delays=delays) as town:
            if not limits:
                town.slack.team.rate_limits.factor = 1000
            say(environment=town.environment(), address=town.address)
            await until_stdin_ends()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-delays", action="store_true", help="let every change at Google show at once")
    parser.add_argument("--no-limits", action="store_true", help="let Slack take any number of calls")
    chosen = parser.parse_args()
    gc.disable()  # its pauses would be measured as the bot's; it ends before its garbage counts
    uvloop.run(run(Delays.none() if chosen.no_delays else Delays(), limits=not chosen.no_limits))
