"""What asked in somebody's name: approvers and the person himself should know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.surfaces.text import escape

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words


def line(words: Words, request: KeyRequest) -> list[str]:
    """Say that a workflow asked, or which token of the API; nothing where the person did."""
    if request.via is None:
        return []
    if token := request.via.token:
        return [words("🤖 Asked through the API, with the token {token}", token=f"`{escape(token)}`")]
    return [words("🤖 Asked by a workflow")]
