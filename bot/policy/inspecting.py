"""Look at policies before they count: each problem with its file and line, also those between two files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.policy import folder, toml_file
from bot.policy.toml_file import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.policy import Policy
    from bot.policy.folder import Clash


@dataclass(frozen=True, slots=True)
class Inspected:
    """One file: its rules where they can be read, its problems, whose it is (empty: every workspace's).

    `unread` says why there is nothing to look at.
    """

    path: Path
    team_id: str
    text: str
    policy: Policy | None
    problems: list[Problem]
    unread: str = ""


def inspect(path: Path) -> list[Inspected]:
    """Look at a file, or at every file of a folder; `Misconfigured` where a folder is none of policies."""
    if not path.is_dir():
        return [_inspected(path, "")]
    found = {team_id: _inspected(file, team_id) for team_id, file in folder.files(path).items()}
    for clash in folder.clashes({one.team_id: one.policy for one in found.values() if one.policy}):
        one = found[clash.team_id]
        one.problems.append(Problem(_line(one, clash), clash.sentence(path)))
    return list(found.values())


def _inspected(path: Path, team_id: str) -> Inspected:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", "") or "it is not UTF-8 text"
        return Inspected(path, team_id, "", None, [Problem(1, said)], said)
    return Inspected(path, team_id, text, *toml_file.parse(text))


def _line(one: Inspected, clash: Clash) -> int:
    assert one.policy is not None  # noqa: S101 - only what can be read clashes
    place = next(n for n, project in enumerate(one.policy.projects) if project.id == clash.entry)
    return toml_file.line_of(toml_file.line_numbers(one.text), ("projects", place, "id"))
