"""Weigh an error and the facts: which causes it may have, how sure that is, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.catalogue import CAUSES
from bot.diagnosis.cause import Sentence
from bot.diagnosis.error import Shape
from bot.diagnosis.facts import Unknown
from bot.diagnosis.finding import Finding, Sure
from bot.diagnosis.naming import values_of

if TYPE_CHECKING:
    from bot.diagnosis.cause import Cause
    from bot.diagnosis.error import ApiError
    from bot.diagnosis.facts import Facts

_ORDER = tuple(Sure)
_QUOTE = 160


def matching(error: ApiError) -> tuple[Cause, ...]:
    """Return every cause that recognises the error, whether or not it yields to another."""
    if error.shape is Shape.FOREIGN:
        return ()
    return tuple(cause for cause in CAUSES if cause.recognise(error))


def standing(matched: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """Return the causes that stand: those that yield to none of the others, companions behind their lead."""
    ids = {cause.id for cause in matched}
    left = [cause for cause in matched if ids.isdisjoint(cause.yields_to)]
    return tuple(sorted(left, key=lambda cause: (cause.needs_proof, not ids.isdisjoint(cause.beside))))


def judge(error: ApiError, facts: Facts) -> tuple[Finding, ...]:
    """Return the findings, confirmed ones first, ruled-out ones last."""
    return weigh(standing(matching(error)), error, facts)


def weigh(causes: tuple[Cause, ...], error: ApiError, facts: Facts) -> tuple[Finding, ...]:
    """Turn the standing causes of an error into findings."""
    values = values_of(error)
    findings = (_weigh(cause, error, facts, values) for cause in causes)
    shown = [found for found in findings if found.sure is Sure.CONFIRMED or not found.cause.needs_proof]
    return tuple(sorted(shown, key=lambda found: _ORDER.index(found.sure)))


def facts_needed(causes: tuple[Cause, ...]) -> tuple[str, ...]:
    """Name the facts that can make a difference between these causes, each once."""
    return tuple(dict.fromkeys(fact for cause in causes for fact in cause.reads))


def _weigh(cause: Cause, error: ApiError, facts: Facts, values: dict[str, str]) -> Finding:
    sure, evidence = _opinion(cause, error, facts)
    return Finding(
        cause=cause,
        sure=sure,
        title=Sentence(cause.title, values),
        explain=Sentence(cause.explain, values),
        evidence=evidence,
        fix=Sentence(cause.fix.words, values),
        command=cause.fix.command_for(values),
        who=cause.fixers,
    )


def _opinion(cause: Cause, error: ApiError, facts: Facts) -> tuple[Sure, Sentence]:
    try:
        evidence = cause.confirm(facts)
    except Unknown:
        return Sure.LIKELY, _from_the_text(error)
    if evidence is None:
        return Sure.RULED_OUT, Sentence("The facts I could read speak against it.")
    return Sure.CONFIRMED, Sentence(evidence)


def _from_the_text(error: ApiError) -> Sentence:
    quote = error.message.partition("\n")[0].strip()
    if len(quote) > _QUOTE:
        quote = quote[:_QUOTE].rsplit(" ", 1)[0] + " …"
    if quote:
        return Sentence("The error says: “{quote}”", {"quote": quote})
    return Sentence("The error gives the reason {reason}.", {"reason": error.reason or "-"})
