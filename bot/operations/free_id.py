"""Keep a new record under an id that nobody else has."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from bot.domain import request_id
from bot.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

T = TypeVar("T")
# 30^4 ids are short enough to say; a taken one is drawn again, then a longer one.
DRAWS = 8


async def under_free_id(
    choose: Callable[[Sequence[str]], str], prefix: str, keep: Callable[[str], Awaitable[T | None]]
) -> T:
    """Draw ids until `keep` has stored its record under one; None from it means that the id is taken."""
    for draw in range(DRAWS):
        kept = await keep(request_id.new(choose, request_id.SHORTEST + draw // 4, prefix))
        if kept is not None:
            return kept
    raise Conflict("I couldn't find a free id. Please try again.")
