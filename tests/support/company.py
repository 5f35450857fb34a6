"""The sandbox company with the real bot in it: people at screens, a strict Slack, a strict Google Cloud."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

import sandbox
from bot.domain.audit import Event
from bot.store.redis import connect
from bot.store.requests import Requests
from sandbox.demo.visitor import Visitor, chosen, has_button, words, written
from sandbox.google import conditions, old_keys
from sandbox.google.admin_changes import change_key
from sandbox.google.clock import Delays, utc_now
from sandbox.resident import Resident
from sandbox.town import Town
from tests.support.leaks import leaks
from tests.support.people import TEAM

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.domain.key_request import KeyRequest
    from sandbox.google.state import ApiKey, Project, Secret

POLICY = Path(sandbox.__file__).parent / "policy.toml"
APPROVALS = "C0APPROVALS"
PURPOSE = "summarise support tickets in our internal tool"
QUICK = Delays(*(timedelta(seconds=seconds) for seconds in (0.05, 0.1, 0.05, 0.05)))
# Lost work is found sooner than in production, so that a story does not take minutes.
SOON = {
    "GEMINI_KEY_BOT_REDELIVERY_SECONDS": "1",
    "GEMINI_KEY_BOT_SWEEP_SECONDS": "0.5",
    "GEMINI_KEY_BOT_USAGE_LAG_SECONDS": "0.1",
    "GEMINI_KEY_BOT_USAGE_QUIET_SECONDS": "60",
}
SLACK_ONLY = ("SLACK_", "REDIS_", "GEMINI_KEY_BOT_TRANSPORT")


class Company:
    """What a story may touch: people, the records, Google's state, and the bot's processes."""

    def __init__(self, directory: Path, redis_url: str, stack: AsyncExitStack) -> None:
        self.town = Town(directory / "google", delays=QUICK)
        self.directory = directory
        self.policy = POLICY
        self._redis_url, self._stack = redis_url, stack
        self.redis = connect(redis_url)
        self.requests = Requests(self.redis, lambda: "a hand from outside")
        self.log = (directory / "bot.log").open("wb")

    def rules(self, *tables: str) -> None:
        """Let bots that start from now on follow the sandbox's policy with these tables added or changed.

        A table that begins with a header of the policy's own takes that one's place.
        """
        found = re.split(r"\n(?=\[)", POLICY.read_text())
        for table in map(str.strip, tables):
            header = table.partition("\n")[0]
            found = [old for old in found if header.startswith("[[") or not old.startswith(header)] + [table]
        self.policy = self.directory / "policy.toml"
        self.policy.write_text("\n\n".join(found))

    async def bot(self, role: str = "all", **beside: str) -> Resident:
        """Start one more process of the bot, with settings `beside` the usual; it stops with the story."""
        everything = {**self.town.environment(), **SOON, "REDIS_URL": self._redis_url, **beside}
        settings = {n: v for n, v in everything.items() if role != "worker" or not n.startswith("SLACK_")}
        resident = Resident(
            settings, data=self.directory / "data", policy=self.policy, log=self.log, role=role
        )
        return await self._stack.enter_async_context(resident)

    async def person(self, user_id: str) -> Visitor:
        """Sit somebody down at a screen."""
        return await self._stack.enter_async_context(Visitor(self.town.address, user_id))

    async def ask(self, who: Visitor, project: str = "acme-ml-dev", environment: str = "dev") -> str:
        """Ask for a key by command and form; returns the request's id."""
        await who.command("/gemini-key request")
        answer = await who.submit(
            {
                "project": chosen(project),
                "environment": chosen(environment),
                "purpose": written(PURPOSE),
                "lifetime": chosen(str(30 * 86_400)),
            }
        )
        assert answer["state"] == "acked", answer
        return (await self.requests.mine(TEAM, who.user_id))[0].id

    async def holding(self, who: Visitor, approver: Visitor) -> str:
        """Ask, have it approved, and wait for the key; returns the request's id."""
        request_id = await self.ask(who)
        card = await approver.message(APPROVALS, shows(request_id), "the card")
        await approver.press("approve_request", card)
        channel = await who.direct_channel()
        await who.message(
            channel, lambda m: has_button(m, "open_secret") and request_id in words(m), "the link to the key"
        )
        return request_id

    async def skip(self, request_id: str, change: Callable[[KeyRequest], KeyRequest]) -> None:
        """Let time pass for one request: weeks are long for a story."""
        await self.requests.edit(TEAM, request_id, change, Event(at=utc_now(), by="bot", verb="time-passes"))

    async def call(self, key: ApiKey) -> int:
        """Call the Gemini API as somebody's program does; returns the HTTP status."""
        environment = self.town.environment()
        trust = ssl.create_default_context(cafile=environment["SSL_CERT_FILE"])
        url = f"{environment['GEMINI_KEY_BOT_GOOGLE__GENERATIVELANGUAGE']}/v1beta/models/gemini-3-flash"
        body = {"contents": [{"parts": [{"text": "ping"}]}]}
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust)) as session,
            session.post(
                f"{url}:generateContent", json=body, headers={"x-goog-api-key": key.key_string}
            ) as answer,
        ):
            return answer.status

    async def request(self, request_id: str) -> KeyRequest:
        """Read the record."""
        return await self.requests.get(TEAM, request_id)

    def project(self, project_id: str = "acme-ml-dev") -> Project:
        """Look into a project at Google."""
        return self.town.cloud.world.projects[project_id]

    def live_keys(self, project_id: str = "acme-ml-dev") -> list[ApiKey]:
        """List the keys that Google would accept."""
        return [key for key in self.project(project_id).keys.values() if not key.deleted]

    def secret(self, request_id: str, project_id: str = "acme-ml-dev") -> Secret | None:
        """Find a request's secret."""
        name = "gemini-key-" + request_id.removeprefix("GK-").lower()
        return self.project(project_id).secrets.get(name)

    def readers(self, secret: Secret) -> set[str]:
        """List whom IAM lets read a secret at this moment."""
        return {
            member
            for binding in secret.policy.bindings
            if binding.role == "roles/secretmanager.secretAccessor"
            and conditions.holds(binding.condition.expression, now=utc_now(), resource_name="")
            for member in binding.members
        }

    def stored_text(self, secret: Secret) -> str:
        """Read what the newest living version holds."""
        return [v.data.decode() for v in secret.versions.values() if v.data][-1]

    def key_from_the_console(self, display_name: str, project_id: str = "acme-ml-dev") -> None:
        """Make a key as people did for years: bound to nobody, open to every API."""
        old_keys.make(self.town.cloud.world, project_id, display_name)

    async def until(self, request_id: str, seen: Callable[[KeyRequest], object], what: str) -> KeyRequest:
        """Wait until a record looks as wanted."""
        for _ in range(400):
            if seen(found := await self.request(request_id)):
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"{request_id}: {what} did not come")

    async def grow_older(self, request_id: str, days: int, *called: tuple[int, int, int]) -> None:
        """Make a live key as old as if it had been made days ago, and called meanwhile: `_called`."""
        request, past = await self.request(request_id), timedelta(days=days)
        world = self.town.cloud.world
        world.gemini_calls[:] = [
            replace(call, at=call.at - past) if call.key_uid == request.key_uid else call
            for call in world.gemini_calls
        ]
        self._called(request_id, called)
        born = request.live_since
        assert born is not None
        event = Event(at=utc_now(), by="bot", verb="grow-older")
        await self.requests.edit(TEAM, request_id, lambda r: replace(r, live_since=born - past), event)

    def _called(self, request_id: str, calls: tuple[tuple[int, int, int], ...]) -> None:
        """Let a key have been called: (days ago, HTTP status, how often)."""
        name = request_id.lower()
        world = self.town.cloud.world
        keys = (key for project in world.projects.values() for key in project.keys.values())
        uid = next(key.message.uid for key in keys if key.key_id.startswith(name) and not key.deleted)
        past = [{"hours_ago": 24 * days, "status": status, "count": n} for days, status, n in calls]
        change_key(world, uid, {"past_calls": past})

    def traffic(self) -> str:
        """Read everything that went between Slack and the bot."""
        return json.dumps(self.town.slack.team.traffic.after(0))


@asynccontextmanager
async def company(directory: Path, redis_url: str) -> AsyncIterator[Company]:
    """Open the company without a bot; afterwards Redis holds nothing that is not listed."""
    async with AsyncExitStack() as stack:
        here = Company(directory, redis_url, stack)
        stack.callback(here.log.close)
        stack.push_async_callback(here.redis.aclose)
        await stack.enter_async_context(here.town)
        yield here
    client = connect(redis_url)
    try:
        assert await leaks(client) == []  # type: ignore[arg-type]
    finally:
        await client.aclose()


def shows(request_id: str, *texts: str) -> Any:
    """Recognise a message by the request and words on it."""

    def look(message: dict[str, Any]) -> bool:
        said = words(message)
        return request_id in said and all(text in said for text in texts)

    return look


__all__ = ["Company", "company", "has_button", "shows", "words"]
