"""What the judge says about one cause, and the whole answer with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.diagnosis.cause import Cause, Fixer, Sentence
    from bot.diagnosis.error import ApiError


class Sure(StrEnum):
    """How sure the judge is; the order is the order of display."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    RULED_OUT = "ruled-out"


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause weighed against error and facts; its sentences can still be translated."""

    cause: Cause
    sure: Sure
    title: Sentence
    explain: Sentence
    evidence: Sentence
    fix: Sentence
    command: str
    who: tuple[Fixer, ...]

    def as_json(self) -> dict[str, object]:
        """Return the finding as `why-403 --json` prints it."""
        return {
            "cause": self.cause.id,
            "sure": str(self.sure),
            "title": str(self.title),
            "evidence": str(self.evidence),
            "fix": str(self.fix),
            "who": [str(fixer) for fixer in self.who],
        }


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer to one paste: what it says, why it may be, and which kinds of secret it carried."""

    parsed: ApiError
    findings: tuple[Finding, ...]
    leaked_secrets: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()

    @property
    def best(self) -> Finding | None:
        """The finding to show first."""
        return self.findings[0] if self.findings else None

    def as_json(self) -> dict[str, object]:
        """Return the answer as `why-403 --json` prints it; `findings` is empty when nothing is recognised."""
        parsed = self.parsed
        return {
            "parsed": {
                "http": parsed.http,
                "status": parsed.status,
                "reason": parsed.reason,
                "service": parsed.service,
                "consumer": parsed.consumer,
            },
            "findings": [finding.as_json() for finding in self.findings],
        }
