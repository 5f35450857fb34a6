"""Say why the key could not be made: the same findings that `why-403` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.catalogue import BY_ID
from bot.diagnosis.cause import Sentence
from bot.diagnosis.error import ApiError
from bot.diagnosis.facts import Facts
from bot.diagnosis.judge import weigh
from bot.domain.failure import Failure
from bot.domain.names import GEMINI
from bot.errors import BotError, GoogleError
from bot.languages.words import N_
from bot.operations.judged import judged
from bot.provisioning.step import Blocked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.diagnosis.finding import Finding
    from bot.domain.key_request import KeyRequest

LONGEST = 500
FAULT = N_("Something went wrong on my side. The log has the details.")


def explain(error: Exception, request: KeyRequest) -> Failure:
    """Turn an error that no retry will change into what is kept in the record, cut to fit a message."""
    return failure(error, _finding(error, request), quote=isinstance(error, Blocked))


def failure(error: Exception, finding: Finding | None, *, quote: bool) -> Failure:
    """Keep a finding, or the error's own sentence; with `quote` that sentence is the evidence."""
    said = Sentence(error.template, _short(error.values)) if isinstance(error, BotError) else Sentence(FAULT)
    if finding is None:
        return Failure(cause="", title=said.template, values=said.values)
    evidence = said if quote else finding.evidence
    return Failure(
        cause=finding.cause.id,
        title=finding.title.template,
        evidence=evidence.template,
        fix=finding.fix.template,
        command=finding.command[:LONGEST],
        values={**finding.title.values, **_short(evidence.values)},
        who=tuple(str(fixer) for fixer in finding.who),
    )


def _short(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value)[:LONGEST] for name, value in values.items()}


def _finding(error: Exception, request: KeyRequest) -> Finding | None:
    consumer = f"projects/{request.project_id}"
    if isinstance(error, GoogleError):
        # A call without a consumer was about the request's project.
        return judged(error, error.metadata.get("consumer") or consumer)
    if isinstance(error, Blocked) and error.cause in BY_ID:
        about = ApiError(service=GEMINI, consumer=consumer)
        return next(iter(weigh((BY_ID[error.cause],), about, Facts())), None)
    return None
