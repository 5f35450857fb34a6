"""The message shortcut "Why this 403?"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.errors import Refused
from handlers.why import ask_in_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front

CALLBACK_ID = "why_403_message"


def register(app: AsyncApp, front: Front) -> None:
    """Answer in a modal: whoever wrote the message need not see it."""

    @app.shortcut({"type": "message_action", "callback_id": CALLBACK_ID})
    async def why_403_message(ack: AsyncAck, body: dict[str, Any]) -> None:
        text = text_of(body.get("message") or {})
        if not text.strip():
            raise Refused("That message holds no text that I can read.")
        await ask_in_view(front, body, text)
        await ack()


def text_of(message: dict[str, Any]) -> str:
    """Read all that a message says: its text, and what only blocks or attachments show."""
    said = str(message.get("text") or "")
    rest = [part for part in _texts([message.get("attachments"), message.get("blocks")]) if part not in said]
    return "\n".join([said, *rest])


def _texts(item: Any) -> Iterator[str]:
    """Walk Slack's nested blocks; their words stand under `text`, or `fallback` in old attachments."""
    stack = [item]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            yield from (one[name] for name in ("text", "fallback") if isinstance(one.get(name), str))
            stack.extend(value for value in one.values() if isinstance(value, dict | list))
        elif isinstance(one, list):
            stack.extend(reversed(one))
