"""Diagnose a pasted error: the offline engine of `why-403`, and the weighing of facts read later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.envelope.read import read
from bot.diagnosis.error import ApiError
from bot.diagnosis.facts import Facts
from bot.diagnosis.finding import Diagnosis
from bot.diagnosis.infer import completed
from bot.diagnosis.judge import facts_needed, matching, standing, weigh
from bot.domain.redact import sweep

if TYPE_CHECKING:
    from bot.diagnosis.cause import Cause


def diagnose(text: str, facts: Facts | None = None) -> Diagnosis:
    """Say why the call in the text failed; without facts, as far as the text alone can tell.

    No secret of the text is kept: `leaked_secrets` names only the kinds. Raises `BotError` when the text
    cannot be a pasted error (binary, or megabytes long).
    """
    redacted, kinds = sweep(text)
    error, causes = parse(redacted)
    return Diagnosis(
        parsed=error,
        findings=weigh(causes, error, facts or Facts()),
        leaked_secrets=kinds,
        needed=facts_needed(causes),
    )


def parse(redacted: str) -> tuple[ApiError, tuple[Cause, ...]]:
    """Return the most telling error of a redacted text that a cause is known for, and its causes."""
    causes: tuple[Cause, ...] = ()
    seen: list[ApiError] = []
    for error in read(redacted):
        if error in seen:  # a third of the readings of a text that no cause is known for
            continue
        seen.append(error)
        matched = matching(error)
        stand = standing(matched)
        if stand and not stand[0].needs_proof:
            return completed(error, matched, stand[0]), stand
        if len(seen) == 1:
            causes = stand
    return (completed(seen[0], (), None), causes) if seen else (ApiError(), ())
