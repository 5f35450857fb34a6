"""Infer which project an error speaks of, as `projects/ID` or `projects/NUMBER`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ID = r"[\"'`#]{0,2}(?P<id>[^\s\"'`,;()/]{1,80}?)[\"'`]?"
_END = r"(?=[.,;:)]*(?:\s|$|[\"'`)]))"
_TEXT = tuple(
    re.compile(pattern)
    for pattern in (
        r"on resource project (?P<id>[^\n\[\"]{1,80}?)(?:\.?\s*(?:[\[(\n\"',]|$)|\.\s)",
        rf"not been used in project {_ID}{_END}",
        r"[Cc]onsumer:? [\"'`]?(?:projects/|project_number:|projects:)(?P<id>[\w\-.:{}<>$]{1,80}?)[\"'`.\s]",
        r"project_number:(?P<id>\d{4,20})",
        rf"(?:billing on|permission to use|[Bb]illing account for|is deny for|to use) project:? {_ID}{_END}",
        r"[?&]project=(?P<id>[a-zA-Z0-9][\w\-.:]{2,80})",
        r"Project [\"'`](?P<id>[\w\-.:]{3,80})[\"'`] is not allowed",
        r"(?<![\w-])projects/(?P<id>[a-zA-Z0-9][\w\-.:]{2,80})",
    )
)


def consumer_of(metadata: Mapping[str, str], *texts: str) -> str | None:
    """Return the consumer that metadata names, else the first that a text names."""
    named = metadata.get("consumer", "")
    if named.startswith("projects/"):
        return named
    if named.startswith("project_number:"):
        return f"projects/{named.removeprefix('project_number:')}"
    for text in texts:
        for pattern in _TEXT:
            if match := pattern.search(text):
                return f"projects/{match['id'].strip().rstrip('.,:;')}"
    return None
