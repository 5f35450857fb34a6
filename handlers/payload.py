"""What a payload of Slack's is called in the log, in traces and in numbers: Slack's own ids and words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.domain import request_id

if TYPE_CHECKING:
    from collections.abc import Mapping

# A command's first word, when it looks like a verb: what people type is not a name for a span.
_WORD = re.compile(r"[a-z][a-z0-9-]{1,15}")


def kind(body: Mapping[str, Any]) -> str:
    """Name the kind of payload: one of a few words."""
    if "command" in body:
        return "command"
    return str(body.get("type") or "unknown")


def verb(body: Mapping[str, Any]) -> str:
    """Name what somebody wants: `/gemini-key request`, `approve_request`, `app_home_opened`."""
    if "command" in body:
        word = str(body.get("text") or "").strip().partition(" ")[0].lower()
        return f"{body['command']} {word}" if _WORD.fullmatch(word) else str(body["command"])
    if actions := body.get("actions"):
        return str(actions[0].get("action_id") or "")
    if event := body.get("event"):
        return str(event.get("type") or "")
    view = body.get("view") or {}
    return str(body.get("callback_id") or body.get("action_id") or view.get("callback_id") or kind(body))


def request(body: Mapping[str, Any]) -> str:
    """Name the request that it is about, where the payload says so; empty where not."""
    actions, view = body.get("actions") or [{}], body.get("view") or {}
    said = str(actions[0].get("value") or view.get("private_metadata") or "")
    return said if said.startswith(request_id.PREFIX) and request_id.read(said) else ""


def step(body: Mapping[str, Any]) -> str:
    """Name the execution of a workflow's step that waits for an end; empty for all other payloads."""
    event = body.get("event")
    return str(event.get("function_execution_id") or "") if isinstance(event, dict) else ""
