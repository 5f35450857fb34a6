"""Cut long answers into pages with Slack's cursors."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, TypeVar

from sandbox.slack.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.slack.web_api.arguments import Arguments

T = TypeVar("T")
MOST = 1_000


def page(items: Sequence[T], arguments: Arguments) -> tuple[list[T], str]:
    """Return one page and the next one's cursor, "" at the end; ApiError invalid_cursor, invalid_limit."""
    limit = arguments.number("limit", 100)
    if not 0 < limit <= MOST:
        raise ApiError("invalid_limit")
    start = _offset(arguments.text("cursor"))
    end = start + limit
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return list(items[start:end]), cursor


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (binascii.Error, ValueError):
        raise ApiError("invalid_cursor") from None
