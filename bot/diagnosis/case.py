"""One question to why-403 and its answer: what travels between the chat and the workers, redacted."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - read at run time, to make JSON of it
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the same
from enum import StrEnum

from bot.diagnosis.cause import Fixer  # noqa: TC001 - the same
from bot.diagnosis.error import Shape  # noqa: TC001 - the same
from bot.diagnosis.finding import Sure  # noqa: TC001 - the same
from bot.diagnosis.probes import Reading  # noqa: TC001 - the same
from bot.domain.person import Person  # noqa: TC001 - the same
from bot.domain.repair import Offer  # noqa: TC001 - the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """An error as it was read from a redacted text; `ApiError` without what it derives."""

    http: int | None = None
    status: str | None = None
    reason: str | None = None
    domain: str | None = None
    message: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    quota_ids: tuple[str, ...] = ()
    legacy_reasons: tuple[str, ...] = ()
    method: str | None = None
    service: str | None = None
    consumer: str | None = None
    retry_delay: float | None = None
    shape: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A finding as it is kept: the cause by its id, and the values that fill its sentences.

    `people` are those who can mend it, None where nobody looked; `people_unread` is the refusal to tell.
    """

    cause: str
    sure: Sure
    values: Mapping[str, str]
    evidence: str
    evidence_values: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    who: tuple[Fixer, ...] = ()
    about: str = ""
    people: tuple[str, ...] | None = None
    people_unread: str = ""


class Sight(StrEnum):
    """Whether the project of the error may be looked at."""

    SEEN = "seen"
    NOT_NAMED = "not-named"
    NOT_OURS = "not-ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The answer: findings best first, everything read or not, and the fixes that can be had by a press.

    `unable` is the sentence that stands for all of it where nothing was looked at.
    """

    findings: tuple[Said, ...]
    readings: tuple[Reading, ...]
    at: datetime
    sight: Sight
    project: str = ""
    keys: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    unable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question: who asks, the error (none is a check of his keys), and where the chat shows the answer.

    `request_id` and `project_id` are what the person chose, empty when nothing. `told` are facts from pasted
    gcloud output. `place` is the chat's own.
    """

    id: str
    asker: Person
    asked_at: datetime
    parsed: Parsed | None = None
    secrets: tuple[str, ...] = ()
    request_id: str = ""
    project_id: str = ""
    told: Mapping[str, bool | str] = field(default_factory=dict)
    place: Mapping[str, str] = field(default_factory=dict)
    report: Report | None = None

    @property
    def team_id(self) -> str:
        """The workspace that the question comes from."""
        return self.asker.team_id
