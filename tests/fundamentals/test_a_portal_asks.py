"""A portal asks in somebody's name and follows the request; a person approves, in Slack, as always."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp

from tests.support.company import APPROVALS, SLACK_ONLY, Company, has_button, shows, words
from tests.support.portal import Portal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.support.portal import Said


async def test_a_portal_asks_and_a_person_approves(acme: Company, redis_url: str) -> None:
    """The portal asks in Ada's name, Grace clicks, and the portal sees the link that only Ada can follow."""
    bot = await acme.bot(GEMINI_KEY_BOT_API="true")
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")

    # Whoever operates the bot makes a token for the portal. It is printed once.
    token = await told(acme, redis_url, "create", "--name", "portal", "--scopes", "read,request")

    async with portal(bot.port, token) as here:
        # The portal asks. Ada is told, and the approvers' card says what asked.
        asked = await here.ask("U0ADA")
        assert asked.status == 201, asked
        request_id = asked.json["id"]
        card = await grace.message(APPROVALS, shows(request_id, "with the token `portal`"), "the card")

        # Nothing but a person's click makes a key.
        assert acme.live_keys() == []
        await grace.press("approve_request", card)
        direct = await ada.direct_channel()
        await ada.message(
            direct, lambda m: has_button(m, "open_secret") and request_id in words(m), "the link to the key"
        )

        # The portal follows the request to its end: who decided, where the secret is, and never the key.
        said = await until_active(here, request_id)
        assert said.json["approvals"][0]["by"]["id"] == "U0GRACE"
        assert f"gemini-key-{request_id[3:].lower()}" in said.json["secret_link"]
        (key,) = acme.live_keys()
        assert key.key_string not in str(said)

        # The list of tokens shows that it was used; revoked, it is a stranger.
        assert "portal" in await told(acme, redis_url, "list")
        assert "never" not in await told(acme, redis_url, "list")
        await told(acme, redis_url, "revoke", "portal")
        assert (await here.get("/projects")).status == 401


async def told(acme: Company, redis_url: str, *arguments: str) -> str:
    """Run `gemini-key-bot api token …` as an operator does, where no Slack token and no Google right is."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(SLACK_ONLY)}
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "api", "token", *arguments),
        env={**own, "REDIS_URL": redis_url, "GEMINI_KEY_BOT_POLICY_FILE": str(acme.policy)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaint = await running.communicate()
    assert running.returncode == 0, complaint.decode()
    return said.decode().strip()


@asynccontextmanager
async def portal(port: int, token: str) -> AsyncIterator[Portal]:
    """Speak to the bot as the portal does."""
    address = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{address}/api/v1/openapi.json") as answer:
            described = await answer.json()
        yield Portal(session, address, described, token)


async def until_active(here: Portal, request_id: str) -> Said:
    """Ask again until the key is there, as portals do."""
    async with asyncio.timeout(20):
        while True:
            said = await here.get(f"/requests/{request_id}", "/requests/{request_id}")
            if said.json["state"] == "active":
                return said
            await asyncio.sleep(0.2)
