"""What a command is, and which request it is about."""

from __future__ import annotations

from bot.domain import request_id
from bot.errors import Refused


def split(typed: str) -> tuple[str, str]:
    """Part the first word, without quotes or a stop around it, from the rest, at any kind of space."""
    word, rest = (*typed.split(maxsplit=1), "", "")[:2]
    if rest and not request_id.bare(word):
        word, rest = (*rest.split(maxsplit=1), "")[:2]  # the mark stood by itself, as French quotes do
    return request_id.bare(word) or word, rest.strip()


def named(said: str) -> str:
    """Read the request's id from what was typed."""
    found = request_id.read(said)
    if found is None:
        raise Refused("Name the request, for example `GK-7F3K`. `/gemini-key list` shows yours.")
    return found
