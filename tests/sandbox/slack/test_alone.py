"""python -m sandbox.slack: start, say where, stop."""

from __future__ import annotations

import asyncio
import json
import signal
import sys

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient


async def test_it_runs_alone_and_stops_while_pages_are_open() -> None:
    """One JSON line is all an app needs; an interrupt ends it although a page still listens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.slack", "--json", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            settings = json.loads(await process.stdout.readline())
            address = settings["SLACK_API_URL"].removesuffix("/api/")
            async with aiohttp.ClientSession() as session:
                bot = AsyncWebClient(
                    token=settings["SLACK_BOT_TOKEN"], base_url=settings["SLACK_API_URL"], session=session
                )
                assert (await bot.auth_test())["team"] == "Acme"
                stream = await session.get(f"{address}/page/events", params={"as": "U0ADA"})
                assert await stream.content.readline() == b": ready\n"

                process.send_signal(signal.SIGINT)

                assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
