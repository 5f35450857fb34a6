"""Facts that somebody else read with gcloud and pasted: the output of the lines that why-403 hands out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.domain.names import GEMINI

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_DOCUMENTS = 20


def told(text: str) -> dict[str, bool | str]:
    """Return the facts in pasted JSON output of gcloud; none for any other text."""
    facts: dict[str, bool | str] = {}
    for document in _documents(text):
        for entry in document if isinstance(document, list) else [document]:
            if isinstance(entry, dict):
                facts.update(_facts(entry))
    return facts


def _documents(text: str) -> Iterator[Any]:
    """Find JSON documents that begin a line, as gcloud prints them."""
    decoder, position = json.JSONDecoder(), 0
    for _ in range(MOST_DOCUMENTS):
        starts = [at for at in (_line_with(text, mark, position) for mark in "{[") if at >= 0]
        if not starts:
            return
        try:
            document, position = decoder.raw_decode(text, min(starts))
        except (ValueError, RecursionError):
            position = min(starts) + 1
            continue
        yield document


def _line_with(text: str, mark: str, position: int) -> int:
    if text.startswith(mark, position):
        return position
    found = text.find("\n" + mark, position)
    return found + 1 if found >= 0 else -1


def _facts(entry: dict[str, Any]) -> dict[str, bool | str]:
    """Read one entry by the fields that only its command prints."""
    if "lifecycleState" in entry:
        return {"project_state": str(entry["lifecycleState"])}
    # gcloud leaves a false field out.
    if "projectId" in entry and entry.keys() <= {"projectId", "billingEnabled"}:
        return {"billing_enabled": entry.get("billingEnabled") is True}
    config = entry.get("config")
    if "state" in entry and isinstance(config, dict) and config.get("name") == GEMINI:
        return {"service_state": str(entry["state"])}
    return {}
