"""One small world to be cruel to: Redis, Slack and Google on loopback, and bots as processes of their own."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import secrets
import shutil
import sys
import tempfile
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from bot import wiring
from bot.domain.audit import Event
from bot.domain.key_request import Draft, State
from bot.domain.names import GEMINI
from bot.domain.person import Person
from bot.operations.decide import approve
from bot.operations.rotate import rotate
from bot.operations.submit import submit
from bot.settings import Settings
from sandbox.google.clock import Delays
from sandbox.people import ADA, APPROVERS, GRACE, PEOPLE, TEAM_ID
from sandbox.resident import ANOTHERS, PROXIES
from sandbox.town import Town
from tests.chaos.door import Door
from tests.chaos.servers import Servers, cluster, free_port, with_sentinels
from tests.chaos.tally import TOPOLOGY
from tests.support.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from bot.domain.key_request import KeyRequest
    from bot.wiring import Service
    from sandbox.google.quotas import Quotas
    from tests.chaos.door import Address
    from tests.chaos.zygote import Child, Zygote

POLICY = Path(__file__).parents[2] / "sandbox" / "policy.toml"
# The API is off in it, so that a life goes through every step.
PROJECT = "acme-vision"
HASTE = {
    "GEMINI_KEY_BOT_REDELIVERY_SECONDS": "1",
    "GEMINI_KEY_BOT_SWEEP_SECONDS": "1",
    "GEMINI_KEY_BOT_SILENCE_SECONDS": "8",
}
# How long a record may take to recover, in seconds.
PATIENCE = float(os.environ.get("CHAOS_PATIENCE", "90"))


def person(who: object) -> Person:
    """Know one of the sandbox's people as the bot does."""
    return Person(team_id=TEAM_ID, user_id=who.user_id, name=who.real_name, email=who.email)  # type: ignore[attr-defined]


ADA_P, GRACE_P = person(ADA), person(GRACE)


class Phonebook:
    """The chat's word on people, as the sandbox company has it."""

    async def person(self, team_id: str, user_id: str) -> Person:
        return next(person(p) for p in PEOPLE if p.user_id == user_id)

    async def members(self, team_id: str, usergroup: str) -> frozenset[str]:
        return frozenset(p.user_id for p in APPROVERS)


class Lane:
    """A world of its own; `service` reaches its Redis past the door."""

    def __init__(
        self, zygote: Zygote, *, delays: Delays | None = None, quotas: Quotas | None = None, url: str = ""
    ) -> None:
        """Open nothing yet; `url` names another Redis than an own server."""
        self.zygote = zygote
        self.directory = Path(tempfile.mkdtemp(prefix="gkb-chaos-"))
        self.town = Town(self.directory / "google", delays=delays or Delays.none(), quotas=quotas)
        self.town.slack.team.rate_limits.factor = 1000
        self.server: RedisServer | None = None
        self.url = url
        self.service: Service
        self.door: Door
        self.bots: list[Child] = []
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            opening.callback(shutil.rmtree, self.directory, ignore_errors=True)
            if not self.url:
                await self._own_redis(opening)
            await opening.enter_async_context(self.town)
            settings = Settings.model_construct(
                redis_url=_Secret(self.url),
                policy_file=POLICY,
                google=Settings.model_fields["google"].default,
            )
            self.service = await opening.enter_async_context(wiring.open_service(settings))
            opening.push_async_callback(self.stop)
            self._open = opening.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def _own_redis(self, opening: AsyncExitStack) -> None:
        entrances: dict[Address, Address]
        if TOPOLOGY == "plain":
            (self.directory / "redis").mkdir()
            self.server = RedisServer(self.directory / "redis")
            self.server.start()
            opening.callback(self.server.kill)
            self.url = self.server.url
            entrances = {self.directory / "door.sock": Path(unquote(urlsplit(self.url).path))}
        else:
            servers = await opening.enter_async_context(Servers())
            self.url = await (cluster(servers) if TOPOLOGY == "cluster" else with_sentinels(servers))
            entrances = {free_port(): port for port in servers.processes}
        self.door = await opening.enter_async_context(Door(entrances))

    async def stop(self) -> None:
        """End every bot."""
        await asyncio.gather(*(bot.kill() for bot in self.bots))

    async def bot(self, role: str = "worker", *, door: bool = True, **more: str) -> Child:
        """Start one bot; a worker comes in through the door."""
        environment = {**self.environment(role, door=door), **more}
        log = self.directory / f"{role}-{len(self.bots)}.log"
        child = await self.zygote.spawn(role, environment, log)
        self.bots.append(child)
        return child

    def environment(self, role: str, *, door: bool) -> dict[str, str]:
        """Give the settings of a bot in this lane; only Slack's side gets Slack's tokens."""
        url = self.door.url(self.url) if door else self.url
        town = self.town.environment()
        if role == "worker":
            town = {name: value for name, value in town.items() if not name.startswith("SLACK_")}
        named = {"REDIS_URL": url, "PORT": "0", "GEMINI_KEY_BOT_POLICY_FILE": str(POLICY)}
        return {**_own(), **town, **HASTE, **named}

    async def command(self, *arguments: str) -> tuple[int, str]:
        """Run `gemini-key-bot …` to its end; returns its exit code and all it said."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *arguments,
            env=self.environment("worker", door=False),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    async def submitted(self, project: str = PROJECT, requester: Person = ADA_P) -> KeyRequest:
        """Ask for a key."""
        draft = Draft(
            project_id=project,
            environment="dev",
            purpose="to see that nothing is lost and nothing doubled",
            lifetime=timedelta(days=30),
        )
        return await submit(
            self.service.desk(Phonebook(), TEAM_ID), draft, requester, once=secrets.token_hex(8)
        )

    async def approved(self, request: KeyRequest, by: Person = GRACE_P) -> KeyRequest:
        """Say yes."""
        return await approve(self.service.desk(Phonebook(), TEAM_ID), request.team_id, request.id, by)

    async def rotated(self, request: KeyRequest) -> KeyRequest:
        """Have another key beside the first one."""
        await rotate(self.service.desk(Phonebook(), TEAM_ID), request.team_id, request.id, ADA_P)
        return await self.seen(request, lambda r: r.turns == 1 and not r.turn, "two keys")

    async def expire(self, request: KeyRequest) -> KeyRequest:
        """Let the key's time be over now, as if the weeks had passed."""
        now = self.service.now()
        event = Event(at=now, by="clock", verb="time-passes")
        over = await self.service.requests.edit(
            request.team_id, request.id, lambda r: dataclasses.replace(r, expires_at=now), event
        )
        await self.service.queue.wake(over)
        return over

    async def too_late(self, request: KeyRequest) -> None:
        """Let the time be over in which a revoked key can be brought back."""
        now = self.service.now()
        event = Event(at=now, by="clock", verb="time-passes")
        over = await self.service.requests.edit(
            request.team_id, request.id, lambda r: dataclasses.replace(r, undo_until=now), event
        )
        await self.service.queue.wake(over)

    async def read(self, request: KeyRequest) -> KeyRequest:
        """Read the record as it stands."""
        return await self.service.requests.get(request.team_id, request.id)

    async def until(self, request: KeyRequest, *states: State, within: float = PATIENCE) -> KeyRequest:
        """Wait until a request stands in one of these states, with nothing left to clean up."""
        return await self.seen(
            request, lambda r: r.state in states and not r.cleaning, f"{request.id} {states}", within
        )

    async def seen(
        self, request: KeyRequest, wanted: Callable[[KeyRequest], bool], what: str, within: float = PATIENCE
    ) -> KeyRequest:
        """Wait until a record looks as wanted."""
        deadline = asyncio.get_running_loop().time() + within
        while not wanted(found := await self.read(request)):
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(f"{what}: it is {found.state}, done {found.done}, {found.failure}")
            await asyncio.sleep(0.03)
        return found

    def fresh_project(self, project: str = PROJECT) -> None:
        """Make the project one that no key was ever made in."""
        world = self.town.cloud.world
        world.projects[project].services.pop(GEMINI, None)
        world.projects[project].service_accounts.clear()

    def log_text(self) -> str:
        """Read what all bots have logged."""
        return "".join(path.read_text() for path in sorted(self.directory.glob("*.log")))

    def log_tail(self, lines: int = 12) -> str:
        """Read the end of the newest log of a worker: why something did not go on stands there."""
        newest = max(self.directory.glob("worker-*.log"), key=lambda path: path.stat().st_mtime)
        return "\n".join(newest.read_text().splitlines()[-lines:])


class _Secret:
    """What settings hold in place of a string."""

    def __init__(self, text: str) -> None:
        self._text = text

    def get_secret_value(self) -> str:
        return self._text


def _own() -> dict[str, str]:
    return {n: v for n, v in os.environ.items() if n not in PROXIES and not n.startswith(ANOTHERS)}
