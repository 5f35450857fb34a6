"""`python -m sandbox up` or `demo`: start everything on this machine, and nothing off it."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.google.old_keys import plant
from sandbox.google.quotas import Quotas
from sandbox.resident import NotStartedError, Resident
from sandbox.town import Town

if TYPE_CHECKING:
    from typing import IO

POLICY = Path(__file__).parent / "policy.toml"
HOME = Path(".gemini-key-bot") / "sandbox"


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up_options = commands.add_parser("up", help="a page to use by hand")
    up_options.add_argument("--port", type=int, default=4500, help="port of the page; 0 takes a free one")
    up_options.add_argument("--policy", type=Path, default=POLICY, help="try these rules, not the sandbox's")
    demo_options = commands.add_parser("demo", help="the story without a page")
    demo_options.add_argument("--json", action="store_true", help="print the transcript as JSON")
    demo_options.add_argument("--scene", action="append", default=[], help="tell only these; may be repeated")
    options = parser.parse_args()
    if options.command == "up":
        sys.exit(asyncio.run(up(options.port, options.policy)))
    from sandbox.demo.story import NAMES, demo  # noqa: PLC0415 - the page needs none of it

    if unknown := set(options.scene).difference(NAMES):
        parser.error(f"there is no scene {unknown.pop()}; there are {', '.join(NAMES)}")
    try:
        sys.exit(asyncio.run(demo(as_json=options.json, only=options.scene)))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit("The demo was stopped.")


async def up(port: int, policy: Path = POLICY) -> int:
    """Run town and bot until interrupted; print the page's address when both are ready."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    HOME.mkdir(parents=True, exist_ok=True)
    try:
        town = Town(HOME / "google", port=port, quotas=Quotas())
    except OSError as error:
        sys.stderr.write(
            f"Port {port} can't be used ({error.strerror}). Try: gemini-key-bot sandbox --port 0\n"
        )
        return 2
    plant(town.cloud.world)
    try:
        return await _live(town, policy, stopping)
    except NotStartedError as error:
        sys.stderr.write(f"The sandbox did not start, {error}; see {HOME / 'bot.log'}\n")
        return 1


async def _live(town: Town, policy: Path, stopping: asyncio.Event) -> int:
    with (HOME / "bot.log").open("wb") as log:
        async with town, _bot(town, policy, log) as bot:
            sys.stdout.write(
                f"\n  The sandbox is ready: {town.address}/\n"
                f"  The bot's log: {HOME / 'bot.log'}\n"
                f"  The bot's API: http://127.0.0.1:{bot.port}/api/v1 (docs/api.md: how to get a token)\n"
                "  Ctrl-C stops it.\n\n"
            )
            sys.stdout.flush()
            await _first(stopping.wait(), bot.process.wait() if bot.process else asyncio.sleep(0))
            if bot.process and bot.process.returncode is not None:
                sys.stderr.write(f"The bot stopped by itself; see {HOME / 'bot.log'}\n")
                return 1
    return 0


def _bot(town: Town, policy: Path, log: IO[bytes]) -> Resident:
    """Prepare a bot for a town that answers already: only then its addresses are known."""
    settings = {**town.environment(), "GEMINI_KEY_BOT_API": "true"}
    return Resident(settings, data=HOME / "bot", policy=policy, log=log)


async def _first(*waits: object) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]  # type: ignore[call-overload]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    main()
