"""Put a sentence into the ack, for the payloads whose ack can carry one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.surfaces.blocks import modal, section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.languages.words import Words


def in_ack(words: Words, body: Mapping[str, Any], said: str, *, field: str = "") -> dict[str, Any] | None:
    """Shape the ack that shows a sentence to who acted; None when only a message can (buttons, events)."""
    match body.get("type"):
        case "view_submission":
            return _in_the_form(words, body, said, field)
        case "block_suggestion":
            return {"options": []}
    return {"response_type": "ephemeral", "text": said} if "command" in body else None


def _in_the_form(words: Words, body: Mapping[str, Any], said: str, field: str) -> dict[str, Any]:
    """Show the sentence at its field, or at the first one: nothing that was typed is lost."""
    fields = _fields(body.get("view"))
    if not fields:
        told = modal("said", words("Gemini keys"), words("Close"), [section(said)])
        return {"response_action": "update", "view": told}
    return {"response_action": "errors", "errors": {field if field in fields else fields[0]: said}}


def _fields(view: Any) -> list[str]:
    blocks = view.get("blocks") if isinstance(view, dict) else None
    return [
        str(block["block_id"])
        for block in blocks or []
        if isinstance(block, dict) and block.get("type") == "input" and block.get("block_id")
    ]
