"""What people do again and again: ask for a key, look at a card, press a button, read the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.demo.visitor import PATIENCE, Unseen, button, chosen, has_button, words, written
from sandbox.people import PEOPLE
from sandbox.slack.workspace import APPROVALS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Scene
    from sandbox.demo.visitor import Visitor
    from sandbox.people import Person

WEEK, MONTH = 7 * 86_400, 30 * 86_400
SHOWN = 240
_ID = re.compile(r"GK-[0-9A-Z]{4,8}")
_MENTION = re.compile(r"<@(U0[A-Z]+)>")
NAMES = {person.user_id: person.real_name for person in PEOPLE}
_DATE = re.compile(r"<!date\^\d+\^[^|]*\|([^>]*)>")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Player:
    """One person at the screen, whose deeds are told."""

    scene: Scene
    person: Person
    eyes: Visitor

    @property
    def name(self) -> str:
        """What the story calls this person."""
        return self.person.real_name.split()[0]

    def did(self, what: str) -> None:
        """Tell a deed."""
        self.scene.did(self.name, what)

    def saw(self, what: str) -> None:
        """Tell what is on the screen."""
        self.scene.saw(self.name, what)

    async def types(self, command: str) -> None:
        """Type a slash command and have it answered within Slack's three seconds."""
        self.eyes.whispers.clear()
        self.did(f"types {command}")
        _acked(await self.eyes.command(command), command)

    async def fills_in(self, **fields: str | int) -> None:
        """Fill the open form in and send it."""
        values = {name: _value(name, field) for name, field in fields.items()}
        said = ", ".join(f"{name}: {self._chosen(field)}" for name, field in fields.items())
        self.did(f"sends the form with {said or 'what stands in it'}")
        self.eyes.errors.clear()
        await self.eyes.submit(values)

    def _chosen(self, field: str | int) -> str:
        """Say what the form calls a choice; other fields say what is written in them."""
        options = [
            option
            for block in (self.eyes.view or {}).get("blocks", [])
            for option in block.get("element", {}).get("options", [])
        ]
        said = next((o["text"]["text"] for o in options if o["value"] == str(field)), str(field))
        return short(str(said), 90) if said.strip() else f"{len(said)} blanks"

    async def presses(self, action_id: str, message: Json) -> Json:
        """Press a button; a question that it asks first is answered with yes."""
        _, element = button(message, action_id)
        first = element.get("confirm")
        asked = f" and answers “{first['title']['text']}” with {first['confirm']['text']}" if first else ""
        self.did(f"presses [{element['text']['text']}]{asked}")
        self.eyes.whispers.clear()
        return _acked(await self.eyes.press(action_id, message), action_id)

    async def form(self) -> Json:
        """See the form that opens."""
        view: Json = await self.eyes.until(lambda: self.eyes.view, "a form")
        self.saw(f"the form “{view['title']['text']}”")
        return view

    async def field_error(self) -> dict[str, str]:
        """See what the form says at its fields."""
        errors: dict[str, str] = await self.eyes.until(lambda: self.eyes.errors, "an error at a field")
        for field, text in errors.items():
            self.saw(f"at the field {field}: {text}")
        return errors

    async def told(self) -> str:
        """See what only this person is shown."""
        text = screen((await self.is_told())[-1])
        self.saw(f"(only {self.name}) {plain(text)}")
        return text

    async def is_told(self) -> list[Json]:
        """Wait until there is something that only this person is shown."""
        whispers: list[Json] = await self.eyes.until(
            lambda: self.eyes.whispers, "an answer for this person alone"
        )
        return whispers

    async def card(self, request_id: str, wanted: Callable[[Json], object] | None = None) -> Json:
        """Find the approvers' card of a request, once it looks as wanted."""
        return await self.eyes.message(
            APPROVALS,
            lambda m: request_id in words(m) and (wanted is None or wanted(m)),
            f"the card of {request_id}",
        )

    async def dm(self, what: str, wanted: Callable[[Json], object], within: float = PATIENCE) -> Json:
        """Wait for a message of the bot to this person."""
        return await self.eyes.message(await self.eyes.direct_channel(), wanted, what, within)

    async def key_ready(self, request_id: str, within: float = PATIENCE) -> Json:
        """Wait for the message with the way to the key."""

        def is_it(message: Json) -> bool:
            return request_id in words(message) and has_button(message, "open_secret")

        return await self.dm(f"the key of {request_id}", is_it, within)


def player(stage: Stage, scene: Scene, person: Person) -> Player:
    """Let a person into a scene."""
    return Player(scene, person, stage.visitor(person))


async def ask(who: Player, project: str, environment: str, purpose: str, lifetime: int = WEEK) -> str:
    """Ask for a key by command and form; returns the request's id."""
    await who.types(f"/gemini-key request {project}")
    await who.form()
    await who.fills_in(environment=environment, purpose=purpose, lifetime=lifetime)
    return await sent(who)


async def sent(who: Player) -> str:
    """See that the request was written down; returns its id, and closes the form."""
    await who.eyes.until(lambda: who.eyes.errors or _ID.search(words(who.eyes.view or {})), "“Sent, GK-…”")
    said = words(who.eyes.view or {})
    found = _ID.search(said)
    if found is None:
        raise Unseen(f"{who.name} could not send the form: {who.eyes.errors}")
    who.saw(plain(said))
    await who.eyes.close()
    return found[0]


def link_in(message: Json) -> str:
    """Read where [Open in Secret Manager] leads."""
    return str(button(message, "open_secret")[1]["url"])


def expect(seen: object, what: str) -> None:
    """Stop the story when something is not as it must be."""
    if not seen:
        raise Unseen(what)


def screen(message: Json) -> str:
    """Read a message as the screen shows it: its blocks, else its text."""
    return words({"blocks": message["blocks"]} if message.get("blocks") else message)


def short(text: str, most: int = SHOWN) -> str:
    """Cut a text for the transcript."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


def plain(text: str) -> str:
    """Show Slack's dates and people as a reader sees them, and not too much of the text."""
    read = _DATE.sub(r"\1", _MENTION.sub(lambda found: f"@{NAMES.get(found[1], found[1])}", text))
    return short(read.replace("*", "").strip())


def _acked(answer: Json, what: str) -> Json:
    expect(answer.get("state") == "acked", f"{what} was not answered: {answer}")
    return answer


def _value(name: str, field: str | int) -> Json:
    return written(str(field)) if name in {"purpose", "note"} else chosen(str(field))
