"""Text that people wrote, made safe for Slack; and Slack's own marks."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bot.domain.redact import redact

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.approvers import Approvers

# Overrides of the reading direction can make "deny" look like "approve"; plain right-to-left
# text needs none of them.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")

# In escaped text a "<" or "&" begins a mark, and nothing else does.
_OPENED = re.compile(r"(?:<[^<>]*|&[a-z]{0,4})\Z")
BRIEF = 100


def clean(text: str) -> str:
    """Drop what cannot be seen but changes what is seen, and anything that looks like a key."""
    visible = _DIRECTION.sub("", text)
    return redact("".join(c for c in visible if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}))


def cut(text: str, most: int) -> str:
    """Shorten to `most` characters, saying so with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def cut_marks(text: str, most: int) -> str:
    """Shorten a text with Slack's marks, never inside an entity (`&amp;`), a mention, a date or a link."""
    return text if len(text) <= most else _whole(text[: most - 1])


def fit(text: str, most: int) -> str:
    """Shorten a text with Slack's marks to `most` bytes of UTF-8."""
    coded = text.encode(errors="ignore")
    if len(coded) <= most:
        return coded.decode()
    return _whole(coded[: most - len("…".encode())].decode(errors="ignore"))


def brief(text: str) -> str:
    """Make a text of unknown length fit a line, and literal."""
    return escape(cut(clean(text), BRIEF))


def _whole(text: str) -> str:
    """Drop the mark that a cut has opened and not closed."""
    return _OPENED.sub("", text).rstrip() + "…"


def escape(text: str) -> str:
    """Make a text literal in mrkdwn (Slack: & < > are its only control characters)."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mention(user_id: str) -> str:
    """Name a person as a link to the profile."""
    return f"<@{user_id}>"


def called(group: Approvers) -> str:
    """Name a group so that its members notice."""
    named = [f"<!subteam^{usergroup}>" for usergroup in group.groups]
    return " ".join([*named, *map(mention, sorted(group.users))])


def date(moment: datetime, form: str = "{date_short_pretty} {time}") -> str:
    """Show a moment in the reader's own time zone (Slack renders it; the fallback is UTC)."""
    fallback = f"{moment:%Y-%m-%d %H:%M} UTC"
    return f"<!date^{int(moment.timestamp())}^{form}|{fallback}>"
