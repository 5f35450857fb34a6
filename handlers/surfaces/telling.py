"""What stood in the way, in lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.naming import plain
from handlers.surfaces.text import brief, cut, escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.failure import Failure
    from bot.languages.words import Words

LONGEST = 500


def told(words: Words, failure: Failure) -> list[str]:
    """Say what stood in the way, the evidence, and what helps; each leaves room for the next."""
    said = (words(text, **plain(words, failure.values)) for text in (failure.title, failure.evidence))
    fix = words(failure.fix, **plain(words, failure.values))
    helps = f"{fix} ({failure.command})" if failure.command else fix
    title, *rest = (escape(cut(line, LONGEST)) for line in (*said, helps))
    return [f"*{title}*", *(line for line in rest if line)]


def titled(words: Words, failure: Failure | None) -> str:
    """Say what stood in the way, in a few words."""
    return brief(words(failure.title, **plain(words, failure.values))) if failure else ""


def spoken(words: Words, values: Mapping[str, str]) -> dict[str, str]:
    """Make what came out of a pasted text literal; what stands for a missing name is translated."""
    return {name: escape(value) for name, value in plain(words, values).items()}
