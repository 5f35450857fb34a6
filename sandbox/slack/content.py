"""Check the content of a message, wherever it comes from, before anyone sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.slack.blocks.surfaces import message_problems
from sandbox.slack.blocks.walk import with_ids
from sandbox.slack.errors import ApiError
from sandbox.slack.records import NOTHING_TO_SHOW, Json

TEXT_LIMIT = 40_000
UPDATE_LIMIT = 4_000
MARKDOWN_LIMIT = 12_000


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says: text, and blocks with all their ids."""

    text: str
    blocks: list[Json]


def content(body: Json, *, text_limit: int = TEXT_LIMIT) -> Content:
    """Read text, blocks and markdown_text; ApiError no_text, invalid_blocks, msg_too_long and their like."""
    text, blocks = body.get("text") or "", body.get("blocks")
    if body.get("markdown_text"):
        return _markdown(body)
    if not isinstance(text, str):
        raise ApiError("invalid_arguments")
    if not text.strip() and not blocks:
        raise ApiError("no_text")
    if len(text) > text_limit and text_limit == UPDATE_LIMIT:
        raise ApiError("msg_too_long")
    checked = checked_blocks(blocks) if blocks else []
    return Content(text[:text_limit] or NOTHING_TO_SHOW, checked)


def checked_blocks(blocks: Any) -> list[Json]:
    """Validate the blocks of a message; ApiError invalid_blocks_format or invalid_blocks with the list."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise ApiError("invalid_blocks_format")
    problems = message_problems(blocks)
    if problems:
        lines = [problem.as_line() for problem in problems]
        raise ApiError(
            "invalid_blocks",
            errors=[f"{problem.message} [json-pointer:{problem.pointer}]" for problem in problems],
            response_metadata={"messages": lines},
        )
    return with_ids(blocks)


def _markdown(body: Json) -> Content:
    markdown = body["markdown_text"]
    if not isinstance(markdown, str):
        raise ApiError("invalid_arguments")
    if body.get("text") or body.get("blocks"):
        raise ApiError("markdown_text_conflict")
    if len(markdown) > MARKDOWN_LIMIT:
        raise ApiError("msg_too_long")
    return Content(markdown, with_ids([{"type": "markdown", "text": markdown}]))


def metadata(value: Any) -> Json | None:
    """Check message metadata; an empty object removes it."""
    if not isinstance(value, dict):
        raise ApiError("invalid_metadata_format")
    if not value:
        return None
    if set(value) - {"event_type", "event_payload", "entities"}:
        raise ApiError("invalid_metadata_schema")
    if not isinstance(value.get("event_type"), str) or not isinstance(value.get("event_payload"), dict):
        raise ApiError("invalid_metadata_schema")
    return value
