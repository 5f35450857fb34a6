"""`gemini-key-bot doctor`: is everything as the bot needs it, and if not, what exactly to do."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from bot import settings
from bot.cli.terminal import terminal_words
from bot.diagnosis.saying import said, who
from bot.doctor import rules
from bot.doctor.line import Mark
from bot.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from bot.doctor.line import Line
    from bot.languages.words import Words

SIGNS = {
    Mark.OK: ("✓", "green"),
    Mark.WARNING: ("!", "yellow"),
    Mark.PROBLEM: ("✗", "red"),
    Mark.UNKNOWN: ("?", "cyan"),
}


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON document on stdout")] = False,
    every: Annotated[bool, typer.Option("--all", help="show also what is fine")] = False,
    role: Annotated[settings.Role, typer.Option(help="check what this role stands on")] = "all",
) -> None:
    """Check settings, policy, Redis, Slack and Google; exit 1 when there is a problem."""
    lines = _run(role, lambda line: not as_json and (every or not line.healthy))
    problems = sum(line.mark is Mark.PROBLEM for line in lines)
    if as_json:
        document = {"ok": not problems, "lines": [line.as_json() for line in lines]}
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        typer.echo(summary(lines, terminal_words()))
    raise typer.Exit(1 if problems else 0)


def _run(role: settings.Role, shown: Callable[[Line], bool]) -> list[Line]:
    """Look, showing on stderr what is being looked at, and say each line as it comes."""
    from rich.console import Console  # noqa: PLC0415 - 60 ms that no other command needs

    console = Console(highlight=False, soft_wrap=True)

    words = terminal_words()

    def told(line: Line) -> None:
        if shown(line):
            say(console, line, words)

    with Console(stderr=True).status(words("Looking …")) as status:

        def tell(place: str) -> None:
            status.update(words("Looking at {place} …", place=place))

        return asyncio.run(_look(role, told, tell))


async def _look(role: settings.Role, told: Callable[[Line], None], tell: Callable[[str], None]) -> list[Line]:
    try:
        known = settings.load()
    except Misconfigured as error:
        line = rules.setting(str(error))
        told(line)
        return [line]
    from bot.serving.checkup import checkup  # noqa: PLC0415 - the settings are looked at first

    lines = []
    async for line in checkup(known, role, tell=tell):
        told(line)
        lines.append(line)
    return lines


def say(console: Console, line: Line, words: Words) -> None:
    """Print one line; whatever is wrong with its fix and the command to copy."""
    from rich.text import Text  # noqa: PLC0415 - the same

    sign, colour = SIGNS[line.mark]
    finding, about = line.finding, f" {line.about}:" if line.about else ""
    lead = "" if line.healthy else f"{said(words, finding.title)}. "
    told = f"{about} {lead}{said(words, finding.evidence)}"
    console.print(Text(f"{sign} {line.area:8}", colour).append(told, "default"))
    if line.healthy:
        return
    console.print(Text(f"             {said(words, finding.fix)} {who(words, finding.who)}"))
    if finding.command:
        console.print(Text(f"             $ {finding.command}", "bold"))


def summary(lines: list[Line], words: Words) -> str:
    """Count the marks: what is fine by area, and the rest."""
    counted = {mark: sum(line.mark is mark for line in lines) for mark in Mark}
    fine = Counter(line.area for line in lines if line.healthy)
    return words(
        "{fine} fine ({where}; --all shows them), {weigh} to weigh, {wrong} wrong, "
        "{unknown} that I could not tell",
        fine=counted[Mark.OK],
        where=", ".join(f"{area} {count}" for area, count in fine.items()),
        weigh=counted[Mark.WARNING],
        wrong=counted[Mark.PROBLEM],
        unknown=counted[Mark.UNKNOWN],
    )
