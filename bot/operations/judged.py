"""What a refusal of Google's means, in the words of the why-403 catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.error import ApiError
from bot.diagnosis.facts import Facts
from bot.diagnosis.judge import judge

if TYPE_CHECKING:
    from bot.diagnosis.finding import Finding
    from bot.errors import GoogleError


def judged(error: GoogleError, consumer: str) -> Finding | None:
    """Find the cause that a refusal about a project tells of; None when the catalogue knows none."""
    about = ApiError(
        http=error.http or None,
        status=error.status,
        reason=error.reason or None,
        domain=error.domain or None,
        message=error.message,
        metadata=error.metadata,
        service=error.metadata.get("service"),
        consumer=consumer,
    )
    return next(iter(judge(about, Facts())), None)
