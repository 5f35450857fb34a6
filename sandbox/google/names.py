"""Make the opaque values Google hands out: etags, pages."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sandbox.google.errors import invalid_argument

if TYPE_CHECKING:
    from collections.abc import Sequence


def new_etag() -> str:
    """Return an etag that no state had before."""
    return f'"{secrets.token_hex(8)}"'


def page(items: Sequence[Any], size: int, token: str, *, default: int, most: int) -> tuple[list[Any], str]:
    """Cut one page out of a list and return it with the next page's token; size 0 means the default."""
    if size < 0:
        raise invalid_argument("Page size must not be negative.", "page_size")
    start = _offset(token)
    end = start + min(size or default, most)
    return list(items[start:end]), f"p{end}" if end < len(items) else ""


def _offset(token: str) -> int:
    if not token:
        return 0
    if not (token.startswith("p") and token[1:].isdecimal()):
        raise invalid_argument("The page token is invalid.", "page_token")
    return int(token[1:])
