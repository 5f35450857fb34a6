"""Say why the key could not be made: the same findings that `why-403` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.catalogue import BY_ID
from bot.diagnosis.error import ApiError
from bot.diagnosis.facts import Facts
from bot.diagnosis.judge import judge, weigh
from bot.domain.key_request import Failure
from bot.domain.names import GEMINI
from bot.errors import BotError, GoogleError
from bot.provisioning.step import Blocked
from bot.words import N_

if TYPE_CHECKING:
    from bot.diagnosis.finding import Finding
    from bot.domain.key_request import KeyRequest

LONGEST = 500
FAULT = N_("Something went wrong on my side. The log has the details.")


def explain(error: Exception, request: KeyRequest) -> Failure:
    """Turn an error that no retry will change into the words kept in the record, cut to fit a message."""
    finding = _finding(error, request)
    said = str(error)[:LONGEST] if isinstance(error, BotError) else FAULT
    if finding is None:
        return Failure(cause="", title=said)
    fix = f"{finding.fix} ({finding.command})" if finding.command else str(finding.fix)
    evidence = said if isinstance(error, Blocked) else str(finding.evidence)[:LONGEST]
    return Failure(cause=finding.cause.id, title=str(finding.title), evidence=evidence, fix=fix[:LONGEST])


def api_error(error: GoogleError, request: KeyRequest) -> ApiError:
    """Hand a refused call to the diagnosis; a call without a consumer was about the request's project."""
    return ApiError(
        http=error.http or None,
        status=error.status,
        reason=error.reason or None,
        domain=error.domain or None,
        message=error.message,
        metadata=error.metadata,
        service=error.metadata.get("service"),
        consumer=error.metadata.get("consumer") or f"projects/{request.project_id}",
    )


def _finding(error: Exception, request: KeyRequest) -> Finding | None:
    if isinstance(error, GoogleError):
        return next(iter(judge(api_error(error, request), Facts())), None)
    if isinstance(error, Blocked) and error.cause in BY_ID:
        about = ApiError(service=GEMINI, consumer=f"projects/{request.project_id}")
        return next(iter(weigh((BY_ID[error.cause],), about, Facts())), None)
    return None
