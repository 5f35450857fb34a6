"""People named in what was typed: Slack sends a mention as `<@U0ADA|ada>` where the command escapes them."""

from __future__ import annotations

import re

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")

_FROM_TO = re.compile(rf"{_MENTION.pattern}(?:\s+to\s+{_MENTION.pattern})?", re.IGNORECASE)


def users(text: str) -> list[str]:
    """List the people mentioned, in order; a name typed by hand names nobody."""
    return _MENTION.findall(text)


def without(text: str) -> str:
    """Give what was typed beside the mentions."""
    return " ".join(_MENTION.sub(" ", text).split())


def from_to(text: str) -> tuple[str, str] | None:
    """Read `@ada` or `@ada to @grace`; None for everything else, for a name typed by hand meant somebody."""
    read = _FROM_TO.fullmatch(text.strip())
    return (read[1], read[2] or "") if read else None
