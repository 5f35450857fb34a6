"""Say the same with less where Slack refuses a message as it was built: its words and buttons stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.surfaces.blocks import section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.errors import SlackApiError

    from handlers.surfaces.blocks import Block

# Slack's words for blocks that it does not know, or that are more than it takes.
REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
# Slack lists every fault; the first ones tell enough.
MOST_FAULTS = 3


def plain_blocks(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Keep the sentence that every message has, and whatever can be pressed."""
    return [section(text), *(block for block in blocks if block.get("type") == "actions")]


def faults(error: SlackApiError) -> list[str]:
    """Read what Slack says is wrong with which block."""
    told = error.response.get("response_metadata") or {}
    return [str(fault) for fault in (told.get("messages") or [])[:MOST_FAULTS]]
