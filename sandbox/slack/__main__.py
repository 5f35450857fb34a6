"""Run the strict small Slack alone: python -m sandbox.slack."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys

import uvicorn
from starlette.applications import Starlette

from sandbox.slack.server import Slack
from sandbox.slack.serving import KEEP_ALIVE, Server, address_of, listen


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--delivery", choices=("socket", "http"), default="socket")
    parser.add_argument("--request-url", default="", help="where the app listens, with --delivery http")
    parser.add_argument("--json", action="store_true", help="print the environment as one JSON line")
    return parser.parse_args()


def announcement(slack: Slack, *, as_json: bool) -> str:
    """Say where the page is and which settings point an app here."""
    environment = slack.environment()
    if as_json:
        return json.dumps(environment)
    settings = "\n".join(f"export {name}={value}" for name, value in environment.items())
    return f"{settings}\n# The page: {slack.address}/"


async def serve(options: argparse.Namespace) -> None:
    """Serve until interrupted."""
    slack = Slack(delivery=options.delivery, request_url=options.request_url)
    with listen(options.port) as listening:
        slack.bind(address_of(listening))
        app = Starlette(routes=slack.routes())
        config = uvicorn.Config(
            app, log_level="warning", ws="websockets-sansio", lifespan="off", timeout_keep_alive=KEEP_ALIVE
        )
        await slack.start()
        sys.stdout.write(announcement(slack, as_json=options.json) + "\n")
        sys.stdout.flush()
        await Server(config, slack).serve(sockets=[listening])


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(arguments()))
