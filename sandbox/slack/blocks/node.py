"""Look at one place of a Block Kit document and note what is wrong there, with its JSON pointer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

Json = dict[str, Any]
PLAIN = ("plain_text",)
EITHER = ("plain_text", "mrkdwn")


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding, in the shape of blocks.validate: code, message, pointer, constraint."""

    code: str
    message: str
    pointer: str
    constraint: Json

    def as_json(self) -> Json:
        """Shape the finding as an entry of `errors`."""
        return {
            "code": self.code,
            "message": self.message,
            "pointer": self.pointer,
            "constraint": self.constraint,
        }

    def as_line(self) -> str:
        """Shape the finding as an entry of `response_metadata.messages`."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


@dataclass(slots=True)
class Node:
    """A value, where it stands, and the list of problems that the whole document shares."""

    value: Any
    pointer: str = ""
    problems: list[Problem] = field(default_factory=list)

    def at(self, key: str | int) -> Node:
        """Step into a member that exists."""
        return Node(self.value[key], f"{self.pointer}/{key}", self.problems)

    def has(self, key: str) -> bool:
        """Tell whether a member is given; null counts as absent."""
        return self.value.get(key) is not None

    def fail(self, kind: str, message: str, **constraint: Any) -> None:
        """Note a broken constraint at this place."""
        self.problems.append(
            Problem("failed_constraint", message, self.pointer, {"type": kind, **constraint})
        )

    def missing(self, key: str) -> None:
        """Note a required member that is absent."""
        message = f"missing required field: {key}"
        self.problems.append(
            Problem("missing_field", message, self.pointer, {"type": "required", "field": key})
        )

    def only(self, fields: Collection[str]) -> None:
        """Note members that Slack does not know here."""
        for key in sorted(set(self.value) - set(fields)):
            message = f"invalid additional property: {key}"
            self.problems.append(
                Problem(
                    "invalid_property", message, self.pointer, {"type": "additional_property", "field": key}
                )
            )

    def length(self, most: int, least: int = 0) -> None:
        """Hold a string between two lengths."""
        if len(self.value) > most:
            self.fail("max_length", f"must be less than {most + 1} characters", expected=most)
        if len(self.value) < least:
            self.fail("min_length", f"must be more than {least - 1} characters", expected=least)

    def is_a(self, kind: type | tuple[type, ...], name: str) -> bool:
        """Hold a value to a JSON type; booleans are no numbers."""
        right = isinstance(self.value, kind) and not (isinstance(self.value, bool) and kind is not bool)
        if not right:
            self.fail("type", f"must provide {name}", expected=name)
        return right

    def string(self, key: str, most: int, *, least: int = 0, required: bool = False) -> str | None:
        """Check a string member and return it."""
        child = self._child(key, required=required)
        if child is None or not child.is_a(str, "a string"):
            return None
        child.length(most, least)
        text: str = child.value
        return text

    def boolean(self, *keys: str) -> None:
        """Check boolean members."""
        for key in keys:
            child = self._child(key, required=False)
            if child is not None:
                child.is_a(bool, "a boolean")

    def number(self, key: str, least: int, most: int) -> int | None:
        """Check an integer member and return it."""
        child = self._child(key, required=False)
        if child is None or not child.is_a(int, "an integer"):
            return None
        number: int = child.value
        if not least <= number <= most:
            child.fail("range", f"must be between {least} and {most}", minimum=least, maximum=most)
        return number

    def choice(self, key: str, allowed: Collection[str], *, required: bool = False) -> str | None:
        """Check a member that is one of a few words and return it."""
        child = self._child(key, required=required)
        if child is None:
            return None
        if not isinstance(child.value, str) or child.value not in allowed:
            word = "unsupported type" if key == "type" else "invalid value"
            child.fail("enum", f"{word}: {child.value}", expected=sorted(allowed))
            return None
        return child.value

    def object(self, key: str, *, required: bool = False) -> Node | None:
        """Step into an object member."""
        child = self._child(key, required=required)
        return child if child is not None and child.is_a(dict, "an object") else None

    def items(self, key: str, most: int, *, least: int = 1, required: bool = True) -> list[Node]:
        """Step into the members of an array that are objects."""
        child = self._child(key, required=required)
        if child is None or not child.is_a(list, "an array"):
            return []
        return child.each(most, least)

    def each(self, most: int, least: int = 1) -> list[Node]:
        """Hold this array between two sizes and step into its objects."""
        count = len(self.value)
        if count > most:
            self.fail("max_items", f"no more than {most} items allowed", expected=most)
        if count < least:
            self.fail("min_items", f"no less than {least} items required", expected=least)
        nodes = [self.at(index) for index in range(min(count, most))]
        return [node for node in nodes if node.is_a(dict, "an object")]

    def text(
        self, key: str, most: int, *, kinds: Collection[str] = EITHER, required: bool = False
    ) -> str | None:
        """Check a text object and return its text."""
        child = self.object(key, required=required)
        return child.text_object(most, kinds) if child is not None else None

    def text_object(self, most: int, kinds: Collection[str] = EITHER) -> str | None:
        """Check this text object and return its text."""
        kind = self.choice("type", kinds, required=True)
        self.only(
            {"type", "text", "emoji"} if kind == "plain_text" else {"type", "text", "verbatim", "emoji"}
        )
        return self.string("text", most, least=1, required=True)

    def _child(self, key: str, *, required: bool) -> Node | None:
        if self.has(key):
            return self.at(key)
        if required:
            self.missing(key)
        return None
