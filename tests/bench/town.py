"""The sandbox in a process of its own, so that its work is not counted as the bot's."""

from __future__ import annotations

import argparse
import gc
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvloop

from sandbox.google.clock import Delays
from sandbox.slack.tiers import TIER_4
from sandbox.slack.web_api import endpoint
from sandbox.slack.web_api.method import Method
from sandbox.town import Town
from tests.bench.child import say, until_stdin_ends

if TYPE_CHECKING:
    from sandbox.slack.team import Team
    from sandbox.slack.web_api.arguments import Arguments

PUBLISH = "views.publish"


async def publish(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Take a Home as it is: looking through it takes the sandbox longer than the bot takes to build it."""
    return {"view": {"id": "V0HOME", "team_id": team.id, "type": "home"}} if arguments.values else {}


async def run(delays: Delays, *, limits: bool, looks: bool) -> None:
    """Serve until the parent lets go."""
    if not looks:
        endpoint.METHODS[PUBLISH] = Method(PUBLISH, publish, TIER_4)
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
    parser.add_argument("--no-looks", action="store_true", help="let Slack take each Home unread")
    chosen = parser.parse_args()
    gc.disable()  # its pauses would be measured as the bot's; it ends before its garbage counts
    delays = Delays.none() if chosen.no_delays else Delays()
    uvloop.run(run(delays, limits=not chosen.no_limits, looks=not chosen.no_looks))
