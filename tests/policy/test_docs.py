"""docs/policy.md is the reference of the policy file: each key of the model, its default, and no other."""

from __future__ import annotations

import re
import typing
from datetime import time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.policy import Policy
from bot.domain.policy_terms import Rules
from bot.policy import toml_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

PAGE = Path(__file__).parents[2] / "docs" / "policy.md"
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
EXAMPLE = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Described once, and meant wherever the page says "approvers".
APPROVERS = "approvers"


def keys(model: type[Rules], prefix: str = "") -> Iterator[tuple[str, str]]:
    """List every key that holds a value, with its default as it would be written."""
    for written, field in model.model_fields.items():
        name = field.alias or written
        tables = [part for part in _parts(field.annotation) if _is_table(part)]
        if not tables or tables[0].__name__ == "Approvers":
            yield prefix + name, _default(field)
        else:
            yield from keys(tables[0], f"{prefix}{name}{_many(field.annotation)}.")


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in typing.get_args(annotation):
        yield from _parts(inner)


def _is_table(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, Rules)


def _many(annotation: Any) -> str:
    return {tuple: "[]", dict: ".*"}.get(typing.get_origin(annotation) or object, "")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, timedelta):
        hours, rest = divmod(int(value.total_seconds()), 3600)
        if rest:
            return f"`{rest // 60 + hours * 60}m`"
        return f"`{hours // 24}d`" if hours % 24 == 0 else f"`{hours}h`"
    if isinstance(value, time):
        return f"`{value:%H:%M}`"
    if isinstance(value, tuple) and value:
        return ", ".join(f"`{part}`" for part in value)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if value or value == 0 else "none"


def test_every_key_stands_on_the_page_with_its_default() -> None:
    """A key that is new, gone, or has another default fails here until the page says so."""
    told = {key: default for key, default, _ in ROW.findall(PAGE.read_text(encoding="utf-8"))}

    assert told == dict(keys(Policy))


def test_every_example_on_the_page_is_a_policy() -> None:
    """What people copy from the page is valid beside the smallest file."""
    examples = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    smallest, others = examples[0], examples[1:]
    assert toml_file.parse(smallest)[1] == []

    for example in others:
        assert toml_file.parse(f"{smallest}\n{example}")[1] == [], example
