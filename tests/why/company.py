"""The whole company in one process and the bot in another: what a test of why-403 needs to reach at once."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp

from sandbox.demo.visitor import Visitor, chosen, words, written
from sandbox.google.clock import Delays
from sandbox.people import ADA, ALAN, GRACE, MALLORY
from sandbox.resident import Resident
from sandbox.town import Town

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sandbox.google.state import ApiKey, Project

Json = dict[str, Any]
POLICY = """
[company]
domains = ["acme.test"]
[approval]
channel = "C0APPROVALS"
[approval.approvers]
usergroup = "S0APPROVERS"
[environments.dev]
lifetimes = ["7d"]
[environments.prod]
lifetimes = ["30d"]
billing_required = true
[roles]
grant = [
  "roles/serviceusage.apiKeysAdmin",
  "roles/serviceusage.serviceUsageAdmin",
  "roles/iam.serviceAccountAdmin",
  "roles/browser",
]
[fixes]
billing_account = "billingAccounts/0A0A0A-0B0B0B-0C0C0C"
"""
PROJECTS = {
    "acme-ml-dev": "dev",
    "acme-ml-prod": "prod",
    "acme-vision": "dev",
    "acme-legacy": "dev",
    "acme-locked": "dev",
}
CARD = "C0APPROVALS"


class Guest(Visitor):
    """A visitor who also writes messages and uses shortcuts on them."""

    async def say(self, channel: str, text: str) -> str:
        """Post a message; returns its ts."""
        return str((await self._post("/page/message", {"channel": channel, "text": text}))["ts"])

    async def why_this(self, channel: str, ts: str) -> Json:
        """Use the shortcut "Why this 403?" on a message."""
        return await self._deliver(
            "/page/shortcut", {"callback_id": "why_403_message", "channel": channel, "ts": ts}
        )


class Company:
    """Town, bot and people."""

    def __init__(self, town: Town, log: Path, people: dict[str, Guest]) -> None:
        self.town, self.log, self.people = town, log, people
        self.ada, self.grace, self.alan = people["ada"], people["grace"], people["alan"]
        self.mallory = people["mallory"]
        self.keys: dict[str, str] = {}
        # Projects in which a test changed the bot's records too, so that they stay as it left them.
        self.kept: set[str] = set()

    def project(self, project_id: str) -> Project:
        return self.town.cloud.world.projects[project_id]

    def everything_in_redis(self) -> str:
        """Read every command that Redis ever got, from its append-only file."""
        files = (self.log.parent / "bot" / "redis" / "appendonlydir").glob("*.aof")
        return "".join(file.read_bytes().decode("latin-1") for file in files)

    async def key(self, project_id: str) -> str:
        """Have a live key of Ada's in a project; the same one for all tests of the session."""
        if project_id not in self.keys:
            self.keys[project_id] = await self._made(project_id)
        return self.keys[project_id]

    def google_key(self, request_id: str, rotation: int = 1) -> ApiKey:
        """Find the key at Google behind a request."""
        name = f"{request_id.lower()}-r{rotation}"
        return next(p.keys[name] for p in self.town.cloud.world.projects.values() if name in p.keys)

    async def call(
        self, request_id: str, model: str = "gemini-3-flash", *, rotation: int = 1
    ) -> tuple[int, str]:
        """Make a real call with the key's text, as Ada's program would; returns the status and the body."""
        environment = self.town.environment()
        trust = ssl.create_default_context(cafile=environment["SSL_CERT_FILE"])
        host = environment["GEMINI_KEY_BOT_GOOGLE__GENERATIVELANGUAGE"]
        url = f"{host}/v1beta/models/{model}:generateContent"
        headers = {"x-goog-api-key": self.google_key(request_id, rotation).key_string}
        body = {"contents": [{"parts": [{"text": "ping"}]}]}
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust)) as session,
            session.post(url, json=body, headers=headers) as answer,
        ):
            return answer.status, await answer.text()

    async def works(self, request_id: str) -> None:
        """Call like somebody who keeps trying until it works."""
        for _ in range(100):
            if (await self.call(request_id))[0] == HTTPStatus.OK:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"the key of {request_id} does not work")

    async def _made(self, project_id: str) -> str:
        await self.ada.command(f"/gemini-key request {project_id}")
        await self.ada.until(lambda: self.ada.view, "the form")
        await self.ada.submit(
            {
                "project": chosen(project_id),
                "environment": {**chosen(PROJECTS[project_id]), "type": "radio_buttons"},
                "purpose": written("see what why-403 says about this very key"),
                "lifetime": chosen("2592000" if PROJECTS[project_id] == "prod" else "604800"),
            }
        )
        assert not self.ada.errors, self.ada.errors
        card = await self.grace.message(
            CARD, lambda m: project_id in words(m) and has(m, "approve_request"), "the card"
        )
        request_id = next(e["value"] for b in card["blocks"] for e in b.get("elements", []) if "value" in e)
        await self.grace.press("approve_request", card)
        direct = await self.ada.direct_channel()
        await self.ada.message(
            direct, lambda m: has(m, "why_403_key") and request_id in words(m), "the ready key"
        )
        return str(request_id)

    async def answer(self) -> str:
        """Wait for the answer in Ada's modal, and read it."""
        seen = await self.ada.until(lambda: answered(self.ada.view), "the answer in the modal")
        return words(seen)

    async def ask(self, text: str, about: str = "") -> str:
        """Ask by the form as Ada; returns what the modal says in the end."""
        self.ada.view = None
        await self.ada.command("/gemini-key why-403")
        await self.ada.until(lambda: self.ada.view, "the form")
        values: Json = {"text": written(text)} if text else {}
        if about:
            values["about"] = chosen(about)
        await self.ada.submit(values)
        return await self.answer()


def answered(view: Json | None) -> Json | None:
    """Return the modal once it holds the workers' answer."""
    return view if view and any(b.get("block_id", "").startswith("why:") for b in view["blocks"]) else None


def has(message: Json, action_id: str) -> bool:
    return any(
        e.get("action_id") == action_id for b in message.get("blocks", []) for e in b.get("elements", [])
    )


@asynccontextmanager
async def opened(directory: Path) -> AsyncIterator[Company]:
    """Start everything, and stop it."""
    policy, log = directory / "policy.toml", directory / "bot.log"
    listed = "".join(f'[[projects]]\nid = "{p}"\nenvironments = ["{e}"]\n' for p, e in PROJECTS.items())
    policy.write_text(POLICY + listed)
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(Town(directory / "google", delays=Delays.none()))
        # These tests press in a minute what people press in a day.
        town.slack.team.rate_limits.factor = 20
        environment = {
            **town.environment(),
            "GEMINI_KEY_BOT_PROPAGATION_SECONDS": "1.5",
            "GEMINI_KEY_BOT_SWEEP_SECONDS": "1",
        }
        out = stack.enter_context(log.open("wb"))
        await stack.enter_async_context(Resident(environment, data=directory / "bot", policy=policy, log=out))
        people = {
            person.name: await stack.enter_async_context(Guest(town.address, person.user_id))
            for person in (ADA, GRACE, ALAN, MALLORY)
        }
        yield Company(town, log, people)
