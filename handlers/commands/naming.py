"""Which request a command is about."""

from __future__ import annotations

from bot.domain import request_id
from bot.errors import Refused


def named(said: str) -> str:
    """Read the request's id from what was typed."""
    found = request_id.read(said)
    if found is None:
        raise Refused("Name the request, for example `GK-7F3K`. `/gemini-key list` shows yours.")
    return found
