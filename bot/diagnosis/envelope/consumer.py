"""Infer which project an error speaks of, as `projects/ID` or `projects/NUMBER`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ID = r"[\"'`#]{0,2}(?P<id>[^\s\"'`,;()/]{1,80}?)[\"'`]?"
# What follows "project" is prose more often than a name; names of prose hold no digit and no hyphen.
_TELLING = r"(?=[a-z]{0,60}[\d\-])"
_TELLING_ID = rf"[\"'`#]{{0,2}}{_TELLING}(?P<id>[\w\-.:]{{3,80}})"
_END = r"(?=[.,;:)]*(?:\s|$|[\"'`)]))"
_TEXT = tuple(
    re.compile(pattern)
    for pattern in (
        r"on resource project (?P<id>\[[^\n\[\]\"]{1,80}\]|[^\n\[\"]{1,80}?)(?:\.?\s*(?:[\[(\n\"',]|$)|\.\s)",
        rf"not been used in project {_ID}{_END}",
        r"[Cc]onsumer:? [\"'`]?(?:projects/|project_number:|projects:)(?P<id>[\w\-.:{}<>$]{1,80}?)[\"'`.\s]",
        r"project_number:(?P<id>\d{4,20})",
        rf"(?:billing on|permission to use|[Bb]illing account for|is deny for|to use) project:? {_ID}{_END}",
        r"[?&]project=(?P<id>[a-zA-Z0-9][\w\-.:]{2,80})",
        r"Project [\"'`](?P<id>[\w\-.:]{3,80})[\"'`] is not allowed",
        rf"\b[Pp]roject:? {_TELLING_ID}[\"'`]?(?: \(#\d{{1,20}}\))? (?:is|has)\b",
        r"(?<![\w-])projects/(?P<id>[a-zA-Z0-9][\w\-.:]{2,80})",
        rf"\b(?:in|for|of|on) (?:the |your )?project:? [\"'`#]{{0,2}}{_TELLING}{_ID}{_END}",
    )
)


def consumer_of(metadata: Mapping[str, str], *texts: str) -> str | None:
    """Return the consumer that metadata names, else the first that a text names."""
    named = metadata.get("consumer", "")
    for kind in ("projects/", "project_number:"):
        if named.startswith(kind) and not _is_masked(named.removeprefix(kind)):
            return f"projects/{named.removeprefix(kind)}"
    for text in texts:
        if "roject" not in text and "onsumer" not in text:
            continue
        for pattern in _TEXT:
            if (match := pattern.search(text)) and not _is_masked(match["id"]):
                return f"projects/{match['id'].strip().rstrip('.,:;')}"
    return None


def _is_masked(name: str) -> bool:
    """Tell whether the sender took the name out before pasting."""
    return not name.strip("*\u2022\u2026. ")
