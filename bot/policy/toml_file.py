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

    from pydantic_core import ErrorDetails

_TABLE = re.compile(r"^\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-.\"']+)\s*=")
_SYNTAX = re.compile(r"\(at line (\d+), column (\d+)\)")

Loc = tuple[str | int, ...]
# What pydantic says in words of Python.
SAID = {
    "extra_forbidden": "there is no such key",
    "missing": "this key is missing",
    "too_short": "this must not be empty",
    "string_too_short": "this must not be empty",
    "string_pattern_mismatch": "this has not the right form; docs/policy.md has an example",
    "frozen_set_type": 'this must be a list, like ["a", "b"]',
    "tuple_type": 'this must be a list, like ["a", "b"]',
    "model_type": "this must be a table",
    "dict_type": "this must be a table",
    "string_type": "this must be text in quotes",
    "bool_type": "this must be true or false",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend; `line` counts from 1."""

    line: int
    message: str


def load(path: Path) -> Policy:
    """Read the file; `Misconfigured` names the first problem's line."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Misconfigured(
            "There is no policy file {path}. `gemini-key-bot init` writes one; "
            "GEMINI_KEY_BOT_POLICY_FILE says where it is.",
            path=str(path),
        ) from None
    except OSError as error:
        raise Misconfigured(
            "The policy file {path} can't be read: {why}.",
            path=str(path),
            why=error.strerror or "unknown",
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
        found = [_problem(lines, one["loc"], _said(one)) for one in _own(error.errors(include_url=False))]
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


def _own(found: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out lists that are empty only because what stands in them is wrong."""
    places = [one["loc"] for one in found]
    return [one for one in found if one["type"] != "too_short" or not _within(one["loc"], places)]


def _within(loc: Loc, places: list[Loc]) -> bool:
    return any(place[: len(loc)] == loc and len(place) > len(loc) for place in places)


def _said(found: ErrorDetails) -> str:
    if found["type"] == "tuple_type" and isinstance(found["input"], dict):
        return f"write [[{found['loc'][-1]}]] above each: there may be several"
    return SAID.get(found["type"]) or found["msg"].removeprefix("Value error, ")
