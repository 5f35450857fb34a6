"""Socket Mode against a Slack that cuts, keeps silent and stands still."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from handlers.sockets import Sockets
from sandbox.slack.delivery import payloads
from sandbox.slack.delivery.transport import Parcel
from sandbox.slack.server import Slack
from tests.support.serving import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

QUICK = (0.3, 0.4)


class World:
    """Slack, and an app that answers one command."""

    def __init__(self, slack: Slack, sockets: Sockets, heard: list[dict[str, Any]]) -> None:
        self.slack, self.sockets, self.heard = slack, sockets, heard

    @property
    def connections(self) -> list[Any]:
        """What Slack counts."""
        return list(self.slack.team.transport.connections)

    async def command(self, **odd: Any) -> str:
        """Deliver a command, `odd` in some fields; tells how that ended."""
        team = self.slack.team
        person, channel = team.workspace.person("U0ADA"), team.workspace.channels["C0GENERAL"]
        payload = payloads.slash_command(team, person, channel, "/gemini-key", "")
        return (await team.courier.ask(Parcel("command", "", payload | odd), "U0ADA")).state

    async def replaced(self, old: list[Any]) -> None:
        """Wait until Slack has as many connections as before, none of them old."""
        await _until(lambda: len(self.connections) >= len(old) and not {*self.connections} & {*old})


async def _until(happened: Callable[[], bool]) -> None:
    while not happened():  # noqa: ASYNC110 - what is watched tells nobody
        await asyncio.sleep(0.01)


@asynccontextmanager
async def connected(pings: tuple[float, ...]) -> AsyncIterator[World]:
    listening = socket.create_server(("127.0.0.1", 0))
    slack = Slack()
    slack.bind(f"http://127.0.0.1:{listening.getsockname()[1]}")
    await slack.start()
    async with serving(slack.routes(), listening):
        settings = slack.environment()
        client = AsyncWebClient(token=settings["SLACK_BOT_TOKEN"], base_url=settings["SLACK_API_URL"])
        app = AsyncApp(client=client, signing_secret="unused", process_before_response=True)

        heard: list[dict[str, Any]] = []

        @app.command("/gemini-key")
        async def answer(ack: Any, body: dict[str, Any]) -> None:
            heard.append(body)
            await ack("Here I am.")

        sockets = Sockets(app, settings["SLACK_APP_TOKEN"], pings)
        await sockets.open()
        try:
            yield World(slack, sockets, heard)
        finally:
            await sockets.close()
            await slack.stop()


async def test_a_cut_connection_is_back_before_the_next_click() -> None:
    """Both connections cut at once are open again within half a second, not at the next ping."""
    async with connected((3, 4)) as world:
        old = world.connections

        world.slack.team.transport.abort()
        async with asyncio.timeout(0.5):
            await world.replaced(old)

        assert [await world.command() for _ in range(4)] == ["acked"] * 4


async def test_a_silent_connection_is_replaced() -> None:
    """A Slack that answers no ping on a connection gets another one."""
    async with connected(QUICK) as world:
        old = world.connections

        world.slack.team.transport.silence()
        async with asyncio.timeout(3):
            await _until(lambda: len({*world.connections} - {*old}) == len(old))

        assert world.sockets.trouble() == ""


async def test_answered_pings_keep_a_connection() -> None:
    """Connections that are answered stay for longer than four pings, which is when they count as stale."""
    async with connected(QUICK) as world:
        old = world.connections

        await asyncio.sleep(2.9)

        assert world.connections == old
        assert world.sockets.trouble() == ""


async def test_slacks_own_goodbye_is_obeyed() -> None:
    """When Slack asks to reconnect, new connections are open before the old ones close."""
    async with connected(QUICK) as world:
        old = world.connections

        await world.slack.team.transport.disconnect()
        async with asyncio.timeout(3):
            await world.replaced(old)

        assert await world.command() == "acked"


async def test_a_slack_that_is_gone_is_found_again() -> None:
    """While nobody lets the bot in it says that it is cut off, and it is back once it may."""
    async with connected(QUICK) as world:
        tickets = world.slack.team.transport.tickets
        world.slack.team.transport.tickets = _Full()
        world.slack.team.transport.abort()
        async with asyncio.timeout(1):
            await _until(lambda: bool(world.sockets.trouble()))

        world.slack.team.transport.tickets = tickets
        async with asyncio.timeout(5):
            await _until(lambda: world.sockets.connections == len(QUICK))

        assert await world.command() == "acked"


class _Full(dict[str, float]):
    """A box office that sells tickets which nobody takes."""

    def pop(self, key: str, default: Any = None) -> Any:
        """Know none."""
        return default


async def test_what_has_not_slacks_shape_is_left_out() -> None:
    """A listener hears as little of a misfit over a socket as over HTTP."""
    async with connected((3, 4)) as world:
        assert await world.command(text=7, user_id="U0ADA") == "acked"

    (body,) = world.heard
    assert "text" not in body
    assert body["user_id"] == "U0ADA"
