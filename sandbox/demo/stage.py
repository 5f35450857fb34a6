"""Everything the story needs: the sandbox, one Redis, two processes of the bot, and five people."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.demo.lookout.sitecustomize import NOTES
from sandbox.demo.open_sockets import OpenSockets, ports_of
from sandbox.demo.redis_server import RedisServer
from sandbox.demo.visitor import Visitor
from sandbox.google.clock import utc_now
from sandbox.google.quotas import Quotas
from sandbox.people import ADA, ALAN, GRACE, MALLORY, RADIA
from sandbox.resident import Resident
from sandbox.slack.delivery.socket import SocketTransport
from sandbox.town import Town

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from types import TracebackType
    from typing import Self

    from sandbox.people import Person
    from sandbox.slack.delivery.connection import Connection

POLICY = Path(__file__).parents[1] / "policy.toml"
CLOSING = 5.0
LOOKOUT = Path(__file__).parent / "lookout"


class Clock:
    """Google's clock, which the story may put forward."""

    def __init__(self) -> None:
        """Begin with the machine's time."""
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """Read it."""
        return utc_now() + self.ahead


class Stage:
    """The run's directory and all that lives in it until `async with` ends.

    `known` is what one scene leaves for later ones: the first request's id, its link, its version;
    `hurt` maps the requests that lived through a crash to what happened.
    """

    def __init__(self, directory: Path) -> None:
        """Take a port and open nothing else."""
        self.directory = directory
        self.clock = Clock()
        self.town = Town(directory / "google", clock=self.clock, quotas=Quotas())
        self.redis = RedisServer(directory / "redis")
        self.bots: list[Resident] = []
        self.sockets = OpenSockets(self._pids)
        self.traffic: list[dict[str, Any]] = []
        self.known: dict[str, str] = {}
        self.hurt: dict[str, str] = {}
        self.calls_told = 0
        self.policies_before = self.policies()
        self.started = 0
        self._people: dict[str, Visitor] = {}
        self._second: asyncio.Task[int] | None = None
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Start sandbox, Redis and the first bot; the people look at their screens."""
        async with AsyncExitStack() as opening:
            await opening.enter_async_context(self.town)
            await opening.enter_async_context(self.redis)
            for watching in (self._read_traffic(), self.sockets.watch()):
                opening.push_async_callback(_end, asyncio.create_task(watching))
            opening.push_async_callback(self.stop_bots)
            await self.start_bot()
            self._second = asyncio.create_task(self.start_bot())
            for person in (ADA, GRACE, ALAN, RADIA, MALLORY):
                visitor = Visitor(self.town.address, person.user_id)
                self._people[person.user_id] = await opening.enter_async_context(visitor)
            self._open = opening.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop all of it."""
        await self._open.aclose()

    def visitor(self, person: Person) -> Visitor:
        """Sit down at a person's screen."""
        return self._people[person.user_id]

    @property
    def notes(self) -> Path:
        """Where the bots' processes write down whom they talk to."""
        return self.directory / "addresses.txt"

    async def start_bot(self) -> int:
        """Start one more process of the bot on the same Redis; returns its number, from 1."""
        number = len(self.bots) + 1
        environment = {
            **self.town.environment(),
            "REDIS_URL": self.redis.url,
            "PYTHONPATH": str(LOOKOUT),
            NOTES: str(self.notes),
        }
        with (self.directory / f"bot-{number}.log").open("ab") as log:
            bot = Resident(environment, data=self.directory / f"bot-{number}", policy=POLICY, log=log)
            self.bots.append(bot)
            await bot.__aenter__()
        self.started += 1
        return number

    async def second_bot(self) -> int:
        """Give the number of the process beside the first, which starts while other scenes are told."""
        if self._second is None:
            self._second = asyncio.create_task(self.start_bot())
        return await self._second

    async def kill_bot(self, number: int) -> None:
        """Kill a process, wait until Slack has noticed, and have another one started in its place."""
        doors = self._doors(number)
        await self.bots[number - 1].kill()
        async with asyncio.timeout(CLOSING):
            while any(door in self._connections() for door in doors):  # noqa: ASYNC110 - sockets
                await asyncio.sleep(0.01)
        self._second = asyncio.create_task(self.start_bot())

    async def stop_bots(self) -> None:
        """Stop every bot that still runs, also one that is just starting."""
        if self._second is not None:
            await _end(self._second)
        await asyncio.gather(*(bot.stop() for bot in self.bots))

    def policies(self) -> dict[str, bytes]:
        """Copy every project's own IAM policy."""
        projects = self.town.cloud.world.projects
        return {name: project.policy.SerializeToString() for name, project in projects.items()}

    async def aim(self, first: int, second: int) -> None:
        """Let the next two deliveries go to these two bots (Slack deals envelopes out in turn).

        A bot that is just opening a socket anew is waited for.
        """
        async with asyncio.timeout(CLOSING):
            while not self._aimed(first, second):  # noqa: ASYNC110 - sockets
                await asyncio.sleep(0.01)

    def _aimed(self, first: int, second: int) -> bool:
        transport, connections = self._transport(), self._connections()
        ours, others = self._doors(first), self._doors(second)
        for turn, here in enumerate(connections):
            if here in ours and connections[(turn + 1) % len(connections)] in others:
                transport.turn = turn - 1
                return True
        return False

    def _doors(self, number: int) -> list[Connection]:
        """List a bot's sockets at Slack; it may have opened them anew since it started."""
        process = self.bots[number - 1].process
        ports = ports_of(process.pid) if process else set()
        return [connection for connection in self._connections() if connection.port in ports]

    def _transport(self) -> SocketTransport:
        transport = self.town.slack.team.transport
        assert isinstance(transport, SocketTransport)  # noqa: S101 - Town's Slack delivers by Socket Mode
        return transport

    def _connections(self) -> list[Connection]:
        return self._transport().connections

    def _pids(self) -> Iterator[int]:
        """List the processes of this run: ours, Redis's, the bots'."""
        yield os.getpid()
        if self.redis.pid:
            yield self.redis.pid
        for bot in self.bots:
            if bot.process is not None and bot.process.returncode is None:
                yield bot.process.pid

    async def _read_traffic(self) -> None:
        """Keep all of it: Slack itself keeps the last thousand exchanges."""
        hub = self.town.slack.team.hub
        listener = hub.join("")
        try:
            while (event := await listener.waiting.get()) is not None:
                if event["type"] == "traffic":
                    self.traffic.append(event["entry"])
        finally:
            hub.leave(listener)


async def _end(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
