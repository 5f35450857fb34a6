"""Name the request that calls are made for, so that Google's audit log names it too."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Google: the header's value appears as `requestMetadata.requestAttributes.reason` in Cloud Audit Logs.
HEADER = "x-goog-request-reason"
_reason: ContextVar[str] = ContextVar("google_request_reason", default="")


@contextmanager
def named(reason: str) -> Iterator[None]:
    """Give every call made inside, also by tasks started inside, this reason (`GK-7F3K`)."""
    token = _reason.set(reason)
    try:
        yield
    finally:
        _reason.reset(token)


def current() -> str:
    """Tell what the calls are made for, nothing outside `named`."""
    return _reason.get()


def headers() -> tuple[tuple[str, str], ...]:
    """Return the header to send, none outside `named`."""
    reason = _reason.get()
    return ((HEADER, reason),) if reason else ()
