"""Print the story as it happens, and the promises at its end."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sandbox.demo import google_calls

if TYPE_CHECKING:
    from sandbox.demo.transcript import Moment, Transcript

WIDTH = 118
STYLES = {"held": "green", "held in part": "green", "broken": "bold red", "not checked": "yellow"}


class Silence:
    """Tell nothing before the end, which is one JSON document."""

    def opened(self, address: str) -> None:
        """Say nothing of where it happens."""

    def scene(self, title: str) -> None:
        """Say nothing of a scene."""

    def moment(self, moment: Moment) -> None:
        """Say nothing of a moment."""

    def calls(self, calls: list[dict[str, Any]]) -> None:
        """Say nothing of calls."""

    def end(self, transcript: Transcript) -> None:
        """Print everything."""
        json.dump(transcript.as_json(), sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")


class Telling:
    """Tell it line by line."""

    def __init__(self, console: Console | None = None) -> None:
        """Print to stdout; whatever is no terminal gets lines of a fixed width."""
        self._console = console or Console(highlight=False)
        if not self._console.is_terminal:
            self._console.width = WIDTH

    def opened(self, address: str) -> None:
        """Say where it happens, for whoever wants to look on."""
        self._line(("The sandbox is at ", ""), (address, "underline"), (" while the story lasts.", ""))

    def scene(self, title: str) -> None:
        """Begin a scene with its title."""
        self._console.print()
        self._line((f"── {title}", "bold"))

    def moment(self, moment: Moment) -> None:
        """Tell who did or saw what."""
        verb, style = (moment.did, "") if moment.did else (f"sees  {moment.saw}", "cyan")
        self._line((f"{moment.who:>8}  ", "bold"), (verb, style))

    def calls(self, calls: list[dict[str, Any]]) -> None:
        """Tell what Google was asked meanwhile; what no request asked for is only counted."""
        named = google_calls.named(calls)
        for line in google_calls.lines(named):
            self._line(("  Google  ", "bold"), (line, "dim"))
        if len(calls) > len(named):
            others = f"and {len(calls) - len(named)} calls that belong to no request (survey, console)"
            self._line(("  Google  ", "bold"), (others, "dim"))

    def end(self, transcript: Transcript) -> None:
        """Print the promises and the outcome."""
        table = Table("", "Promise", "", "How it was checked in this run", show_lines=True)
        for promise in transcript.promises:
            style = STYLES[promise.verdict]
            table.add_row(
                str(promise.number), Text(promise.sentence), Text(promise.verdict, style), Text(promise.how)
            )
        self._console.print()
        if transcript.promises:
            self._console.print(table)
        if transcript.failure:
            self._line(("The story stopped: ", "bold red"), (transcript.failure, ""))
        broken = [str(p.number) for p in transcript.promises if p.verdict == "broken"]
        if broken:
            self._line((f"Broken: {', '.join(broken)}", "bold red"))
        if transcript.held:
            key = "The key works, and every" if transcript.key_works else "Every"
            self._line((f"{key} promise that was checked held.", "bold green"))

    def _line(self, *parts: tuple[str, str]) -> None:
        self._console.print(Text.assemble(*parts), soft_wrap=True)
        self._console.file.flush()
