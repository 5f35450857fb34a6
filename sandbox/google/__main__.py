"""Run the small Google Cloud alone: `python -m sandbox.google [--directory D] [--json]`."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import tempfile
from pathlib import Path

from starlette.applications import Starlette

from sandbox.google.clock import Delays
from sandbox.google.cloud import Cloud
from sandbox.google.http_server import HttpServer


async def run(directory: Path, *, as_json: bool, delays: Delays) -> None:
    """Serve until SIGTERM or SIGINT; the environment is printed once every port answers."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    app = Starlette()
    page = HttpServer(app)
    cloud = Cloud(directory, console_url=f"http://127.0.0.1:{page.port}", delays=delays)
    app.router.routes.extend(cloud.routes())
    await cloud.start()
    await page.start()
    environment = cloud.environment()
    lines = (
        [json.dumps(environment)] if as_json else [f"{name}={value}" for name, value in environment.items()]
    )
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    await stopped.wait()
    await page.stop()
    await cloud.stop()


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.google", description=__doc__)
    parser.add_argument("--directory", type=Path, help="where ca.pem and service-account.json go")
    parser.add_argument("--json", action="store_true", help="print the environment as one JSON line")
    parser.add_argument("--no-delays", action="store_true", help="let every change show at once")
    chosen = parser.parse_args()
    delays = Delays.none() if chosen.no_delays else Delays()
    with tempfile.TemporaryDirectory(prefix="sandbox-google-") as fallback:
        directory = chosen.directory or Path(fallback)
        asyncio.run(run(directory, as_json=chosen.json, delays=delays))


if __name__ == "__main__":
    main()
