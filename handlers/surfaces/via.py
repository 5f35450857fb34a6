"""What asked in somebody's name: approvers and the person himself should know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.surfaces.text import escape

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words


def line(words: Words, request: KeyRequest) -> list[str]:
    """Name the token of the API that asked; nothing where the person did."""
    kind, _, name = request.via.partition(":")
    if kind == "workflow":
        return [words("🤖 Asked by a workflow")]
    if kind != "api":
        return []
    return [words("🤖 Asked through the API, with the token {token}", token=f"`{escape(name)}`")]
