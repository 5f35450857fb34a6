"""From a case to findings: what it asks, which causes may answer, and the weighing over several keys."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from bot.diagnosis.case import Parsed, Said
from bot.diagnosis.catalogue import BY_ID
from bot.diagnosis.cause import Fixer
from bot.diagnosis.error import ApiError
from bot.diagnosis.finding import Sure
from bot.diagnosis.judge import matching, standing, weigh
from bot.domain.names import GEMINI

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.diagnosis.case import Case
    from bot.diagnosis.cause import Cause
    from bot.diagnosis.facts import Facts
    from bot.diagnosis.finding import Finding
    from bot.diagnosis.probes import Reading, Subject

# What can be wrong with a key that was good once, and that facts alone can prove.
CHECKED = (
    "project-delete-requested",
    "service-disabled",
    "key-not-found",
    "account-state-invalid",
    "key-service-blocked",
    "key-unrestricted-blocked",
    "key-referrer-blocked",
    "key-ip-blocked",
    "key-android-blocked",
    "key-ios-blocked",
    "standard-key-cutoff",
    "secret-access-missing",
    "org-restrict-service-usage",
)
# What pasted gcloud output can prove without an error.
TOLD = ("project-delete-requested", "service-disabled", "billing-disabled")
_ORDER = tuple(Sure)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A finding, what it is about, and the facts that it was weighed with."""

    finding: Finding
    subject: Subject
    facts: Facts

    @property
    def confirmed(self) -> bool:
        """Whether the facts prove it."""
        return self.finding.sure is Sure.CONFIRMED


def parsed_of(error: ApiError) -> Parsed:
    """Keep what was read from a text."""
    fields = asdict(error)
    del fields["said"], fields["stated"]
    return Parsed(**fields)


def error_of(case: Case) -> ApiError:
    """Return the error of a case; a check of keys is about the Gemini API."""
    return ApiError(**asdict(case.parsed)) if case.parsed else ApiError(service=GEMINI)


def causes_for(case: Case, error: ApiError, *, billing_matters: bool) -> tuple[Cause, ...]:
    """List the causes that may explain a case."""
    if case.parsed is not None:
        matched = standing(matching(error))
        return matched if matched or not case.told else tuple(BY_ID[cause] for cause in TOLD)
    checked = (*CHECKED, "billing-disabled") if billing_matters else CHECKED
    return tuple(BY_ID[cause] for cause in checked)


def weighed(
    causes: tuple[Cause, ...], error: ApiError, looked: Sequence[tuple[Subject, Facts]], *, each: bool
) -> list[Weighed]:
    """Weigh every cause against every subject, best first.

    With `each`, all that is confirmed counts; otherwise a cause stands as its best subject leaves it, so
    that it is ruled out only where all of them rule it out.
    """
    found = [
        Weighed(finding, subject, facts)
        for subject, facts in looked
        for finding in weigh(causes, _about(error, subject), facts)
    ]
    best: dict[object, Weighed] = {}
    for one in found:
        name = (one.finding.cause.id, one.subject) if each and one.confirmed else one.finding.cause.id
        if name not in best or _rank(one) < _rank(best[name]):
            best[name] = one
    kept = [one for one in best.values() if not each or one.finding.sure is not Sure.LIKELY]
    return sorted(kept, key=_rank)


def _rank(one: Weighed) -> tuple[int, bool]:
    """Put what is proven first, and of that the mismatch: whatever else is so, it is about another call."""
    return _ORDER.index(one.finding.sure), not one.finding.cause.needs_proof


def _about(error: ApiError, subject: Subject) -> ApiError:
    """Name the project by its id, which people know, where it may be looked at."""
    return replace(error, consumer=f"projects/{subject.project}") if subject.project else error


def said(
    one: Weighed, held: Mapping[str, frozenset[str]], people: tuple[str, ...] | None, refused: str
) -> Said:
    """Flatten a finding; the bot can only what Google says that it may, and people are named where read."""
    finding, subject = one.finding, one.subject
    needs = finding.cause.fix.needs
    able = not needs or needs in held.get(subject.project, frozenset())
    return Said(
        cause=finding.cause.id,
        sure=finding.sure,
        values=finding.title.values,
        evidence=finding.evidence.template,
        evidence_values=finding.evidence.values,
        command=finding.command,
        who=tuple(fixer for fixer in finding.who if fixer is not Fixer.BOT or able),
        about=subject.key.request_id if subject.key else "",
        people=people,
        people_unread=refused,
    )


def joined(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Keep one reading of each call about each thing."""
    return tuple({(reading.call, reading.about): reading for reading in readings}.values())
