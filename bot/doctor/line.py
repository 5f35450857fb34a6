"""One line of the doctor: what was looked at, how it stands, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.diagnosis.cause import Cause, Fix, Fixer, Sentence
from bot.diagnosis.finding import Finding, Sure

if TYPE_CHECKING:
    from bot.diagnosis.error import ApiError


class Mark(StrEnum):
    """How something stands; a warning is true and yours to weigh, only a problem fails the check."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    UNKNOWN = "could-not-tell"


SURE = {
    Mark.OK: Sure.RULED_OUT,
    Mark.WARNING: Sure.CONFIRMED,
    Mark.PROBLEM: Sure.CONFIRMED,
    Mark.UNKNOWN: Sure.LIKELY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A finding of the kind why-403 makes, about `about`: a project, a channel, a setting."""

    area: str
    mark: Mark
    about: str
    finding: Finding

    @property
    def check(self) -> str:
        """The id of what was looked at, for scripts."""
        return self.finding.cause.id

    @property
    def healthy(self) -> bool:
        """Whether there is nothing to do."""
        return self.mark is Mark.OK

    def as_json(self) -> dict[str, object]:
        """Return the line as `doctor --json` prints it; where all is well no fix is named."""
        told: dict[str, object] = {
            "area": self.area,
            "check": self.check,
            "mark": str(self.mark),
            "about": self.about,
            "evidence": str(self.finding.evidence),
        }
        if self.healthy:
            return told
        return told | {
            "title": str(self.finding.title),
            "fix": str(self.finding.fix),
            "command": self.finding.command,
            "who": [str(fixer) for fixer in self.finding.who],
        }


def trouble(
    cause_id: str, title: str, fix: str, *, command: str = "", who: tuple[Fixer, ...], needs: str = ""
) -> Cause:
    """Describe what can be wrong; unlike a cause of why-403 it is seen in no error text."""
    return Cause(
        id=cause_id,
        title=title,
        recognise=_in_no_text,
        explain=title,
        fix=Fix(fix, command=command, needs=needs),
        fixers=who,
        fires_on=(),
    )


def _in_no_text(error: ApiError) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Area:
    """One of the things that the bot stands on; makes the lines about it."""

    name: str

    def fine(self, cause: Cause, evidence: str, about: str = "", **values: str) -> Line:
        """Say that it is as it must be."""
        return self._line(Mark.OK, cause, evidence, about, values)

    def problem(self, cause: Cause, evidence: str, about: str = "", **values: str) -> Line:
        """Say that it is not."""
        return self._line(Mark.PROBLEM, cause, evidence, about, values)

    def warning(self, cause: Cause, evidence: str, about: str = "", **values: str) -> Line:
        """Say what somebody should know and may well have meant so."""
        return self._line(Mark.WARNING, cause, evidence, about, values)

    def unknown(self, cause: Cause, evidence: str, about: str = "", **values: str) -> Line:
        """Say that it could not be read, which is no evidence for anything."""
        return self._line(Mark.UNKNOWN, cause, evidence, about, values)

    def _line(self, mark: Mark, cause: Cause, evidence: str, about: str, values: dict[str, str]) -> Line:
        finding = Finding(
            cause=cause,
            sure=SURE[mark],
            title=Sentence(cause.title, values),
            explain=Sentence(cause.explain, values),
            evidence=Sentence(evidence, values),
            fix=Sentence(cause.fix.words, values),
            command=cause.fix.command_for(values),
            who=cause.fixers,
        )
        return Line(area=self.name, mark=mark, about=about, finding=finding)
