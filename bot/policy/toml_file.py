"""The policy file: TOML in, `Policy` out, every problem with its line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from bot.domain.contradictions import contradictions
from bot.domain.policy import Policy
from bot.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TABLE = re.compile(r"^\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-.\"']+)\s*=")
_SYNTAX = re.compile(r"\(at line (\d+), column (\d+)\)")

Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend; `line` counts from 1."""

    line: int
    message: str


def load(path: Path) -> Policy:
    """Read the file; `Misconfigured` names the first problem's line."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Misconfigured(
            "The policy file {path} can't be read: {why}.", path=str(path), why=error.strerror or "unknown"
        ) from None
    except UnicodeDecodeError:
        raise Misconfigured("The policy file {path} is not UTF-8 text.", path=str(path)) from None
    policy, problems = parse(text)
    if policy is None:
        first, more = problems[0], len(problems) - 1
        raise Misconfigured(
            "{path}:{line}: {problem} ({more} more: gemini-key-bot policy check)"
            if more
            else "{path}:{line}: {problem}",
            path=str(path),
            line=first.line,
            problem=first.message,
            more=more,
        )
    return policy


def parse(text: str) -> tuple[Policy | None, list[Problem]]:
    """Read a policy, or list all its problems by line."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _SYNTAX.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        return None, [Problem(line, f"not TOML: {_SYNTAX.sub('', str(error)).strip()}")]
    lines = line_numbers(text)
    try:
        policy = Policy.model_validate(document)
    except ValidationError as error:
        found = [_problem(lines, *_place(dict(one))) for one in error.errors(include_url=False)]
    else:
        found = [_problem(lines, one.loc, one.message) for one in contradictions(policy)]
        if not found:
            return policy, []
    return None, sorted(found, key=lambda problem: problem.line)


def line_numbers(text: str) -> dict[Loc, int]:
    """Find the line of every table and key of a TOML text, by the place pydantic names."""
    lines: dict[Loc, int] = {}
    counts: dict[Loc, int] = {}
    table: Loc = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = _parts(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            else:
                table = _within_array(table, counts)
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *_parts(key[1])), number)
    return lines


def _parts(dotted: str) -> Loc:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _within_array(table: Loc, counts: dict[Loc, int]) -> Loc:
    """Place `[projects.labels]` inside the last `[[projects]]`."""
    for size in range(len(table) - 1, 0, -1):
        if table[:size] in counts:
            return (*table[:size], counts[table[:size]], *table[size:])
    return table


def line_of(lines: Mapping[Loc, int], loc: Loc) -> int:
    """Find the line of a place, or of the nearest one around it that is written down."""
    while loc and loc not in lines:
        loc = loc[:-1]
    return lines.get(loc, 1)


def _problem(lines: Mapping[Loc, int], loc: Loc, message: str) -> Problem:
    name = ".".join(str(part) for part in loc if part not in {"__root__", "[key]"})
    return Problem(line_of(lines, loc), f"{name}: {message}" if name else message)


def _place(found: dict[str, object]) -> tuple[Loc, str]:
    loc = found["loc"]
    assert isinstance(loc, tuple)  # noqa: S101 - pydantic's own shape
    message = str(found["msg"]).removeprefix("Value error, ")
    return loc, "there is no such key" if found["type"] == "extra_forbidden" else message
