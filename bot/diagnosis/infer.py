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

    from bot.diagnosis.cause import Cause, Usual
    from bot.diagnosis.error import ApiError

# Applications answer with these of their own when a call to Google failed behind them.
_WRAPPER_CODES = frozenset({500, 502, 504})

# Two sentences have two senders; the login's API betrays itself by errors[] and by reasons of its own.
_OF_CODE_ASSIST = (
    ("caller-no-permission", legacy("forbidden")),
    ("capacity-exhausted", any_of(reason("MODEL_CAPACITY_EXHAUSTED"), says("no capacity available"))),
)
# The Gemini API takes keys: whoever does not is another service, called through an SDK that speaks to both.
_NOT_OF_GEMINI = "api-key-not-supported"


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
    family = (lead, *(cause for cause in matched if lead.id in cause.yields_to))
    usual = next((cause.usual for cause in family if cause.usual.http), lead.usual)
    http = _http(error, usual)
    return replace(
        error,
        http=http,
        status=_status(error, http, usual),
        reason=error.reason or next((c.usual.reason for c in family if c.usual.reason), None),
        service=service,
    )


def _http(error: ApiError, usual: Usual) -> int | None:
    """Take the usual code where the text states none, a wrapper's, or that one beside those of others."""
    if error.http in (None, *_WRAPPER_CODES) or usual.http in error.stated:
        return usual.http or codes.HTTP_OF.get(error.status or "") or error.http
    return error.http


def _status(error: ApiError, http: int | None, usual: Usual) -> str | None:
    if error.status and (error.http == http or codes.HTTP_OF[error.status] == http):
        return error.status
    if usual.http == http and usual.status:
        return usual.status
    return codes.STATUS_OF.get(http or 0, error.status)


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
    if lead and (lead.usual.service or lead.id == _NOT_OF_GEMINI):
        return lead.usual.service
    return described_in(error.message, vaguely=True)
