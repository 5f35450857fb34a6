"""The real front end behind its guard, spoken to by signed requests; the strict sandbox Slack behind it."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import aiohttp
from cryptography.fernet import Fernet
from starlette.applications import Starlette
from starlette.routing import Mount
from yarl import URL

from bot.settings import Settings
from bot.wiring import Service, open_service
from handlers.app import PATH, SlackFrontEnd
from sandbox.slack.delivery import payloads
from sandbox.slack.delivery.http import encoded, signature
from sandbox.slack.delivery.transport import Parcel
from sandbox.slack.server import Slack
from tests.support.clock import Clock
from tests.support.serving import serving
from tests.support.twisted import Twisted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from bot.domain.key_request import KeyRequest
    from sandbox.slack.options import Options
    from sandbox.slack.records import Message

Json = dict[str, Any]
HOST = "127.0.0.1"
PATIENCE = 20.0
GENERAL, APPROVALS = "C0GENERAL", "C0APPROVALS"
ADA, GRACE, ALAN, MALLORY, RADIA = "U0ADA", "U0GRACE", "U0ALAN", "U0MALLORY", "U0RADIA"
PURPOSE = "summarise support tickets in our internal tool"


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack gets to a delivery."""

    status: int
    body: str

    @property
    def json(self) -> Json:
        """The ack's payload; nothing counts as an empty one."""
        read: Json = json.loads(self.body) if self.body else {}
        return read


class SlackSide:
    """One workspace with our app in it; what people see is in `slack`, what we remember is in `service`."""

    def __init__(
        self,
        redis_url: str,
        policy: Path,
        options: Options | None = None,
        *,
        api: bool = False,
        installable: bool = False,
        sealing_keys: str = "",
    ) -> None:
        self._listening = socket.create_server((HOST, 0))
        address = f"http://{HOST}:{self._listening.getsockname()[1]}"
        self.slack = Slack(
            delivery="http", request_url=address + PATH, options=options, installable=installable
        )
        self.slack.bind(address)
        self.request_url, self.address = self.slack.request_url, address
        self.clock = Clock.running()
        rules: Json = {"policy_dir" if policy.is_dir() else "policy_file": policy}
        if installable:
            rules["GEMINI_KEY_BOT_SEALING_KEYS"] = sealing_keys or Fernet.generate_key().decode()
        self.settings = Settings(
            **self.slack.environment(), **rules, REDIS_URL=redis_url, transport="http", api=api
        )
        self._stack = AsyncExitStack()
        self.service: Service
        self.front: SlackFrontEnd
        self.twisted: Twisted
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        service = await self._stack.enter_async_context(open_service(self.settings))
        self.service = replace(service, now=self.clock)
        self._slacks = self.slack.routes()
        await self.slack.start()
        self.twisted = Twisted(self._new_front())
        await self._stack.enter_async_context(serving([Mount("/", self.twisted)], self._listening))
        self._stack.push_async_callback(self.slack.stop)
        self._session = await self._stack.enter_async_context(aiohttp.ClientSession())
        await self.front.start()
        self._stack.push_async_callback(self._stop_front)
        return self

    async def _stop_front(self) -> None:
        """Stop the one that runs by then."""
        await self.front.stop()

    def _new_front(self) -> Starlette:
        self.front = SlackFrontEnd(self.service)
        return Starlette(routes=[*self._slacks, *self.front.routes()])

    async def restart(self, **changes: Any) -> None:
        """Stop the front end, and start it again with other settings."""
        await self.front.stop()
        self.settings = self.settings.model_copy(update=changes)
        self.service = replace(self.service, settings=self.settings)
        self.twisted.app = self._new_front()
        await self.front.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()
        self._listening.close()

    def environment(self) -> dict[str, str]:
        """Give the settings of a command that is run beside it; the policy is the caller's."""
        keys, url = self.settings.sealing_keys, self.settings.redis_url
        settings = {**self.slack.environment(), "REDIS_URL": url.get_secret_value() if url else ""}
        return settings | ({"GEMINI_KEY_BOT_SEALING_KEYS": keys.get_secret_value()} if keys else {})

    def at(self, team_id: str) -> None:
        """Look at another workspace from now on."""
        self.slack.team = self.slack.installs.teams[team_id]

    async def install(
        self, team_id: str, user: str = RADIA, *, cookie: str = "", answer: str = "allow"
    ) -> Answer:
        """Install the app as a person does in a browser; `cookie` may be another browser's."""
        asked = await self._browse(f"{self.address}/slack/install")
        own = asked.headers["Set-Cookie"].partition(";")[0]
        slack = asked.headers["Location"]
        assert (await self._browse(slack)).status == 200, slack
        said = await self._browse(slack, {"team": team_id, "user": user, "answer": answer})
        return await self.return_to(said.headers["Location"], cookie or own)

    async def return_to(self, address: str, cookie: str) -> Answer:
        """Come back from Slack."""
        self.came_back = address, cookie
        async with self._session.get(address, headers={"Cookie": cookie}) as page:
            return Answer(page.status, await page.text())

    async def _browse(self, address: str, form: Json | None = None) -> aiohttp.ClientResponse:
        url = URL(address, encoded=True)
        async with self._session.request(
            "POST" if form else "GET", url, data=form, allow_redirects=False
        ) as got:
            return got

    async def post(self, body: bytes, content_type: str, *, at: float | None = None) -> Answer:
        """Deliver a body as Slack signs it now, or `at` a time."""
        stamp = str(int(time.time() if at is None else at))
        secret = self.slack.credentials.signing_secret
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(secret, stamp, body),
        }
        async with self._session.post(self.request_url, data=body, headers=headers) as response:
            return Answer(response.status, await response.text())

    @asynccontextmanager
    async def without_guard(self, front: SlackFrontEnd | None = None) -> AsyncIterator[None]:
        """Deliver to Bolt itself for a while, as if the guard had let it pass; `front` may be a replica's."""
        served = front or self.front
        with socket.create_server((HOST, 0)) as listening:
            async with serving([Mount("/", served._answer)], listening):
                self.request_url = f"http://{HOST}:{listening.getsockname()[1]}/"
                yield
        self.request_url = self.slack.request_url

    async def deliver(self, kind: Any, payload: Json) -> Answer:
        """Deliver one of Slack's payloads."""
        content_type, body = encoded(Parcel(kind, "", payload))
        return await self.post(body, content_type)

    async def command(self, user: str, typed: str, /, **changes: Any) -> Answer:
        """Type `/gemini-key typed`; `changes` replace fields of the payload, None drops them."""
        team = self.slack.team
        person, channel = team.workspace.person(user), team.workspace.channels[GENERAL]
        payload = payloads.slash_command(team, person, channel, "/gemini-key", typed) | changes
        return await self.deliver("command", {k: v for k, v in payload.items() if v is not None})

    async def press(self, user: str, action_id: str, message: Message | None, /, **changes: Any) -> Answer:
        """Press a button of a message, or of one's Home; `value` and `team` may be other than shown."""
        team = self.slack.team
        blocks = message.blocks if message else team.views.homes[user].blocks
        block, element = _button(blocks, action_id)
        action = {"action_id": action_id, "block_id": block["block_id"], "type": "button"}
        action["value"] = changes.pop("value", element.get("value", ""))
        beside = {"trigger_id": team.triggers.issue(user)}
        if message:
            channel = team.workspace.channels[message.channel]
            where = payloads.in_message(channel, message)
            beside["response_url"] = team.response_urls.issue(user, channel.id, source=message)
        else:
            where = payloads.in_view(team.views.homes[user])
        payload = payloads.block_actions(team, team.workspace.person(user), where, action, **beside)
        return await self.deliver("block_actions", payload | changes)

    async def submit(self, user: str, values: Json, /, **changes: Any) -> Answer:
        """Send the modal on top, with these values by block id."""
        return await self.deliver("view_submission", self.submission(user, values) | changes)

    def submission(self, user: str, values: Json) -> Json:
        """Build the payload of sending the modal on top."""
        team = self.slack.team
        view = team.views.top(user)
        assert view is not None, "no form is open"
        view.values |= {block_id: {block_id: value} for block_id, value in values.items()}
        return payloads.view_submission(team, team.workspace.person(user), view)

    async def ask(self, user: str = ADA, project: str = "acme-ml-dev", purpose: str = PURPOSE) -> KeyRequest:
        """Ask for a key by the form; returns the request it led to."""
        self.clock.forward(seconds=1)
        await self.command(user, "request")
        answer = await self.submit(user, filled(project=project, purpose=purpose))
        assert answer.json.get("response_action") == "update", answer
        self.slack.team.views.clear(user)
        (newest, *_) = await self.service.requests.mine(self.slack.team.id, user)
        return newest

    async def card(self, request_id: str, channel: str = APPROVALS) -> Message:
        """Wait for the card of a request."""
        return await self.message(channel, lambda m: request_id in m.text)

    async def message(self, channel: str, wanted: Callable[[Message], bool]) -> Message:
        """Wait for a message that looks as wanted."""
        return await self.until(lambda: next((m for m in self.messages(channel) if wanted(m)), None))

    def messages(self, channel: str) -> list[Message]:
        """List what stands in a conversation."""
        return self.slack.team.workspace.channels[channel].messages

    def direct(self, user: str) -> str:
        """Name the app's conversation with a person."""
        return self.slack.team.workspace.direct_message(user).id

    def whispers(self, user: str) -> list[str]:
        """List what only this person was shown."""
        channels = self.slack.team.workspace.channels.values()
        return [m.text for channel in channels for m in channel.messages if m.visible_to == user]

    def view(self, user: str) -> Json | None:
        """Show the modal a person looks at."""
        view = self.slack.team.views.top(user)
        return view.body if view else None

    async def until(self, seen: Callable[[], Any]) -> Any:
        """Wait for something that the announcer brings about."""
        async with asyncio.timeout(PATIENCE):
            while not (found := seen()):  # noqa: ASYNC110 - people look at a screen, not at an event
                await asyncio.sleep(0.01)
        return found


def filled(
    project: str = "acme-ml-dev", environment: str = "dev", purpose: str = PURPOSE, days: int = 7
) -> Json:
    """Fill the request form."""
    return {
        "project": chosen(project),
        "environment": chosen(environment),
        "purpose": {"type": "plain_text_input", "value": purpose},
        "lifetime": chosen(str(days * 86_400)),
    }


def chosen(value: str) -> Json:
    """Choose from a list."""
    return {"type": "static_select", "selected_option": {"value": value}}


def has_button(message: Message, action_id: str) -> bool:
    """Tell whether a message offers a button."""
    return any(e.get("action_id") == action_id for b in message.blocks for e in b.get("elements", []))


def _button(blocks: list[Json], action_id: str) -> tuple[Json, Json]:
    for block in blocks:
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if element.get("action_id") == action_id:
                return block, element
    raise AssertionError(f"there is no button {action_id}")
