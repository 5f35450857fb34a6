"""Read a Dockerfile, as far as ours goes: stages of instructions, continuation lines joined."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass
class Stage:
    """One build stage."""

    base: str
    name: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all(self, kind: str) -> list[str]:
        """List the arguments of one kind of instruction."""
        return [rest for word, rest in self.instructions if word == kind]

    def last(self, kind: str) -> str:
        """Give the arguments that count."""
        return self.all(kind)[-1]

    def command(self, kind: str) -> list[str]:
        """Read an exec form; a shell form is no JSON and raises."""
        found: list[str] = json.loads(re.sub(r"^.*?CMD (?=\[)", "", self.last(kind)))
        return found


def stages() -> dict[str, Stage]:
    """Read deploy/Dockerfile."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / "deploy/Dockerfile").read_text())
    found: dict[str, Stage] = {}
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if not line or word in {"#", "ARG"}:
            continue
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            found[name] = Stage(base, name)
        else:
            next(reversed(found.values())).instructions.append((word, rest))
    return found
