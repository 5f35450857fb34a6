"""Facts that somebody else read with gcloud and pasted: the output of the lines that why-403 hands out.

Read are both the JSON that those lines ask for and what gcloud prints when nobody asks for a format (YAML).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from bot.diagnosis.envelope.clean import clean
from bot.domain.names import GEMINI

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_DOCUMENTS = 20
PROJECT_STATES = frozenset({"ACTIVE", "DELETE_REQUESTED", "DELETE_IN_PROGRESS"})
SERVICE_STATES = frozenset({"ENABLED", "DISABLED"})
_SCALARS: dict[str, bool | str] = {"true": True, "false": False}
_YAML = re.compile(r"(?P<indent> {0,8})(?P<key>[A-Za-z]{1,40}):(?: {1,8}(?P<value>\S{1,200}))?\s*")


def told(text: str) -> dict[str, bool | str]:
    """Return the facts in pasted output of gcloud, JSON or YAML; none for any other text.

    Raises `BotError` when the text cannot be a paste: far too long, or binary.
    """
    facts: dict[str, bool | str] = {}
    text = clean(text)
    for document in (*_documents(text), *_plain_documents(text)):
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
        # The line about billing asks for two fields, and JSON leaves a false one out.
        yield (
            {"billingEnabled": False}
            if isinstance(document, dict) and document.keys() == {"projectId"}
            else document
        )


def _line_with(text: str, mark: str, position: int) -> int:
    if text.startswith(mark, position):
        return position
    found = text.find("\n" + mark, position)
    return found + 1 if found >= 0 else -1


def _plain_documents(text: str) -> Iterator[dict[str, Any]]:
    """Find YAML mappings of scalars, one level deep: no more is needed, and nothing else is believed."""
    document: dict[str, Any] = {}
    nested: dict[str, Any] | None = None
    for line in text.splitlines():
        found = _YAML.fullmatch(line)
        if found is None:
            if not line.startswith(" "):  # `---`, a prompt, prose: another document begins
                yield document
                document, nested = {}, None
            continue
        key, value = found["key"], found["value"]
        if found["indent"]:
            if nested is not None and value is not None:
                nested.setdefault(key, value.strip("'\""))
        elif value is None:
            nested = document.setdefault(key, {})
        else:
            document[key], nested = _SCALARS.get(value, value.strip("'\"")), None
    yield document


def _facts(entry: dict[str, Any]) -> dict[str, bool | str]:
    """Read one entry by the fields that only its command prints."""
    if entry.get("lifecycleState") in PROJECT_STATES:
        return {"project_state": str(entry["lifecycleState"])}
    if isinstance(entry.get("billingEnabled"), bool):
        return {"billing_enabled": entry["billingEnabled"]}
    config = entry.get("config")
    if entry.get("state") in SERVICE_STATES and isinstance(config, dict) and config.get("name") == GEMINI:
        return {"service_state": str(entry["state"])}
    return {}
