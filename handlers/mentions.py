"""People named in what was typed: Slack sends a mention as `<@U0ADA|ada>` where the command escapes them."""

from __future__ import annotations

import re

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


def users(text: str) -> list[str]:
    """List the people mentioned, in order; a name typed by hand names nobody."""
    return _MENTION.findall(text)


def without(text: str) -> str:
    """Give what was typed beside the mentions."""
    return " ".join(_MENTION.sub(" ", text).split())
