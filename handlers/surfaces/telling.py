"""What stood in the way, in lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.surfaces.text import cut, escape

if TYPE_CHECKING:
    from bot.domain.key_request import Failure

LONGEST = 500


def told(failure: Failure) -> list[str]:
    """Say what stood in the way, the evidence, and what helps; each leaves room for the next."""
    title, *rest = (escape(cut(said, LONGEST)) for said in (failure.title, failure.evidence, failure.fix))
    return [f"*{title}*", *(line for line in rest if line)]
