"""Fill in what the text lost, where the recognised cause leaves only one possibility."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.envelope import codes
from bot.diagnosis.envelope.service import AI_STUDIO, CODE_ASSIST, described_in
from bot.diagnosis.error import Shape
from bot.diagnosis.signs import any_of, legacy, reason, says

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.cause import Cause
    from bot.diagnosis.error import ApiError

# Applications answer with these of their own when a call to Google failed behind them.
_WRAPPER_CODES = frozenset({500, 502, 504})

# Two sentences have two senders; the login's API betrays itself by errors[] and by reasons of its own.
_OF_CODE_ASSIST = (
    ("caller-no-permission", legacy("forbidden")),
    ("capacity-exhausted", any_of(reason("MODEL_CAPACITY_EXHAUSTED"), says("no capacity available"))),
)


def completed(error: ApiError, matched: Sequence[Cause], lead: Cause | None) -> ApiError:
    """Return the error with http, status, reason and service as Google must have sent them.

    A web socket close and the words of a page carry no status: there nothing is filled in but the service.
    """
    service = _service(error, lead)
    if error.shape in (Shape.WEBSOCKET, Shape.PAGE_WORDS):
        return replace(error, service=service, http=None, status=None)
    if lead is None or _is_page(error, lead):
        http = None if lead and error.http in _WRAPPER_CODES else error.http
        return replace(error, service=service, http=http, status=None if lead else error.status)
    http = lead.usual.http if error.http in (None, *_WRAPPER_CODES) else error.http
    http = http or codes.HTTP_OF.get(error.status or "") or error.http
    return replace(
        error,
        http=http,
        status=_status(error, http, lead),
        reason=error.reason or _usual_reason(matched, lead),
        service=service,
    )


def _status(error: ApiError, http: int | None, lead: Cause) -> str | None:
    if error.status and (error.http is not None or codes.HTTP_OF[error.status] == http):
        return error.status
    if lead.usual.http == http and lead.usual.status:
        return lead.usual.status
    return codes.STATUS_OF.get(http or 0, error.status)


def _usual_reason(matched: Sequence[Cause], lead: Cause) -> str | None:
    """Return the lead's reason, else the one of a wider cause that it displaced."""
    family = (lead, *(cause for cause in matched if lead.id in cause.yields_to))
    return next((cause.usual.reason for cause in family if cause.usual.reason), None)


def _is_page(error: ApiError, lead: Cause) -> bool:
    return error.shape is Shape.HTML or not lead.usual.canonical


def _service(error: ApiError, lead: Cause | None) -> str | None:
    if error.shape is Shape.PAGE_WORDS:
        return AI_STUDIO
    if lead and lead.usual.sender:
        return lead.usual.service
    if error.service:
        return error.service
    if lead and any(told(error) for cause, told in _OF_CODE_ASSIST if cause == lead.id):
        return CODE_ASSIST
    return (lead.usual.service if lead else None) or described_in(error.message, vaguely=True)
