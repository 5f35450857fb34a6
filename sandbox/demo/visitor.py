"""One person at the page: types, presses, fills in, and sees only what this person would see."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType
    from typing import Self

PATIENCE = 30.0

Json = dict[str, Any]


class Unseen(AssertionError):  # noqa: N818 - it says what happened to the person
    """Something that this person waited for did not appear."""


class Visitor:
    """A persona with a live view of the page.

    `changes` holds every message as it stood each time it was posted or changed, oldest first;
    `whispers` what only this person saw.
    """

    def __init__(self, address: str, user_id: str) -> None:
        """Nothing is opened before `async with`."""
        self.user_id = user_id
        self.view: Json | None = None
        self.home: Json | None = None
        self.errors: dict[str, str] = {}
        self.whispers: list[Json] = []
        self.notices: list[str] = []
        self.deliveries: dict[str, Json] = {}
        self.changes: list[Json] = []
        self._address = address
        self._session = aiohttp.ClientSession(address)
        self._changed = asyncio.Condition()
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to watch."""
        opened = asyncio.Event()
        self._reading = asyncio.create_task(self._read(opened))
        await asyncio.wait_for(opened.wait(), PATIENCE)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Look away."""
        if self._reading:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError, aiohttp.ClientError):
                await self._reading
        await self._session.close()

    async def command(self, text: str, channel: str = "C0GENERAL") -> Json:
        """Type a slash command; returns the delivery once the bot has answered or Slack gave up."""
        return await self._deliver("/page/command", {"channel": channel, "text": text})

    async def submit(self, values: dict[str, Json]) -> Json:
        """Send the form that is open; `values` maps block ids to Slack's value objects."""
        view = await self.until(lambda: self.view, "a form")
        self.errors = {}
        elements = {
            block["block_id"]: block["element"]["action_id"]
            for block in view["blocks"]
            if block["type"] == "input"
        }
        filled = {block_id: {elements[block_id]: value} for block_id, value in values.items()}
        return await self._deliver("/page/view/submit", {"view_id": view["id"], "values": filled})

    async def close(self) -> None:
        """Close the form that is open, if there is one; the one that it lies on is seen again."""
        if self.view is not None:
            closed = self.view["id"]
            await self._post("/page/view/close", {"view_id": closed})
            await self.until(lambda: self.view is None or self.view["id"] != closed, "the form closed")

    async def press(self, action_id: str, message: Json | None = None, *, sure: bool = True) -> Json:
        """Press a button on a message, or on Home when there is none; answers its question with `sure`."""
        holder: Json = message if message is not None else (self.home or {})
        block, element = button(holder, action_id)
        container = (
            {"type": "message", "channel": message["channel"], "ts": message["ts"]}
            if message is not None
            else {"type": "home"}
        )
        press = {"container": container, "block_id": block["block_id"], "action_id": action_id}
        if "confirm" in element and sure:
            press["confirmed"] = True
        return await self._deliver("/page/action", {**press, "value": element.get("value", "")})

    async def press_view(self, action_id: str) -> Json:
        """Press a button in the open modal, and say yes to its question."""
        view: Json = await self.until(lambda: self.view, "a modal")
        block, element = button(view, action_id)
        press = {
            "container": {"type": "view", "view_id": view["id"]},
            "block_id": block["block_id"],
            "action_id": action_id,
            "value": element.get("value", ""),
        }
        return await self._deliver(
            "/page/action", {**press, **({"confirmed": True} if "confirm" in element else {})}
        )

    async def open_home(self) -> Json:
        """Look at the app's Home tab."""
        self.home = None
        await self._post("/page/home/open", {})
        home: Json = await self.until(lambda: self.home, "Home")
        return home

    async def direct_channel(self) -> str:
        """Find this person's conversation with the bot."""
        async with self._session.get("/page/workspace", params={"as": self.user_id}) as answer:
            workspace = await answer.json()
        return next(str(c["id"]) for c in workspace["channels"] if c["kind"] == "im")

    async def messages(self, channel: str) -> list[Json]:
        """Read a channel, oldest first."""
        async with self._session.get(
            f"/page/channels/{channel}/messages", params={"as": self.user_id}
        ) as answer:
            read = await answer.json()
        return [{**message, "channel": channel} for message in read.get("messages", [])]

    async def replies(self, message: Json) -> list[Json]:
        """Read the thread under a message, oldest first."""
        whose = {"as": self.user_id, "thread_ts": message["ts"]}
        address = f"/page/channels/{message['channel']}/replies"
        async with self._session.get(address, params=whose) as answer:
            read = await answer.json()
        return [reply for reply in read.get("messages", []) if reply["ts"] != message["ts"]]

    async def message(
        self, channel: str, wanted: Callable[[Json], object], what: str, within: float = PATIENCE
    ) -> Json:
        """Wait for a message that looks as wanted."""

        async def look() -> Json | None:
            return next((m for m in await self.messages(channel) if wanted(m)), None)

        deadline = asyncio.get_running_loop().time() + within
        while True:
            found = await look()
            if found:
                return found
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                raise Unseen(f"{self.user_id} did not see {what}")
            async with self._changed:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), min(left, 1.0))

    async def until(self, seen: Callable[[], Any], what: str, within: float = PATIENCE) -> Any:
        """Wait until something is on the screen."""

        async def wait() -> Any:
            async with self._changed:
                await self._changed.wait_for(lambda: bool(seen()))
                return seen()

        try:
            return await asyncio.wait_for(wait(), within)
        except TimeoutError:
            raise Unseen(f"{self.user_id} did not see {what}; notices: {self.notices}") from None

    async def traffic(self) -> list[Json]:
        """Read what went over the wire between Slack and the bot."""
        async with self._session.get("/page/traffic", params={"after": "0"}) as answer:
            return list((await answer.json())["entries"])

    async def _deliver(self, path: str, body: Json) -> Json:
        answer = await self._post(path, body)
        if not answer.get("ok"):
            return answer
        delivery = answer["delivery"]
        done = {"acked", "timeout", "failed"}
        found: Json = await self.until(
            lambda: (d := self.deliveries.get(delivery)) and d["state"] in done and d, f"an answer to {path}"
        )
        return {**answer, **found}

    async def _post(self, path: str, body: Json) -> Json:
        async with self._session.post(path, json={"as": self.user_id, **body}) as answer:
            read: Json = await answer.json()
            return read

    async def _read(self, opened: asyncio.Event) -> None:
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._session.get("/page/events", params={"as": self.user_id}, timeout=timeout) as stream:
            opened.set()
            async for line in stream.content:
                if line.startswith(b"data: "):
                    async with self._changed:
                        self._see(json.loads(line[6:]))
                        self._changed.notify_all()

    def _see(self, event: Json) -> None:
        match event["type"]:
            case "view":
                self.view = event["view"]
            case "view_closed" if not event.get("view_id"):
                self.view = None
            case "view_errors":
                self.errors = event["errors"]
            case "home":
                self.home = event["view"]
            case "ephemeral":
                self.whispers.append(event["message"])
            case "notice":
                self.notices.append(event["text"])
            case "message" | "message_changed":
                self.changes.append({**event["message"], "channel": event["channel"]})
            case "delivery":
                self.deliveries[event["delivery"]] = event


def button(holder: Json, action_id: str) -> tuple[Json, Json]:
    """Find a button on a message or a view."""
    for block in holder.get("blocks", []):
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if element.get("action_id") == action_id:
                return block, element
    raise Unseen(f"there is no button {action_id}")


def has_button(holder: Json, action_id: str) -> bool:
    """Tell whether a message or a view offers a button."""
    try:
        button(holder, action_id)
    except Unseen:
        return False
    return True


def words(holder: Json) -> str:
    """Read everything that is written on a message or a view, in the order it stands there."""
    lead = [str(holder["text"])] if isinstance(holder.get("text"), str) else []
    return "\n".join([*lead, *_written_in(holder.get("blocks", []))])


def _written_in(item: Any) -> Iterator[str]:
    if isinstance(item, dict):
        if isinstance(item.get("text"), str):
            yield item["text"]
        for part in item.values():
            yield from _written_in(part)
    elif isinstance(item, list):
        for part in item:
            yield from _written_in(part)


def chosen(value: str) -> Json:
    """Fill in a list or a radio button."""
    return {"type": "static_select", "selected_option": {"value": value}}


def written(text: str) -> Json:
    """Fill in a text field."""
    return {"type": "plain_text_input", "value": text}
