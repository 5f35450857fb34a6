"""Check whole surfaces: the blocks of a message, a modal or a Home tab."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from sandbox.slack.blocks import layout, limits, newer
from sandbox.slack.blocks.node import PLAIN, Node, Problem
from sandbox.slack.blocks.rich_text import rich_text

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
Surface = Literal["message", "modal", "home"]

EVERYWHERE: dict[str, Callable[[Node], None]] = {
    "section": layout.section,
    "header": layout.header,
    "divider": layout.divider,
    "context": layout.context,
    "actions": layout.actions,
    "image": layout.picture,
    "input": layout.input_block,
    "rich_text": rich_text,
}
IN_MESSAGES = {
    "markdown": newer.markdown,
    "table": newer.table,
    "context_actions": layout.context_actions,
    "card": newer.card,
    "carousel": newer.carousel,
    "container": newer.container,
}
IN_MODALS = {"alert": newer.alert}
CHECKS: dict[Surface, dict[str, Callable[[Node], None]]] = {
    "message": EVERYWHERE | IN_MESSAGES,
    "modal": EVERYWHERE | IN_MODALS,
    "home": EVERYWHERE,
}
KNOWN = EVERYWHERE | IN_MESSAGES | IN_MODALS

MODAL_FIELDS = {
    "type", "title", "blocks", "close", "submit", "private_metadata", "callback_id", "clear_on_close",
    "notify_on_close", "external_id", "submit_disabled",
}  # fmt: skip
HOME_FIELDS = {"type", "blocks", "private_metadata", "callback_id", "external_id"}


def message_problems(blocks: Any, pointer: str = "/blocks") -> list[Problem]:
    """List what Slack would refuse about the blocks of a message."""
    at = Node(blocks, pointer)
    if at.is_a(list, "an array"):
        check_blocks(at, "message", limits.MESSAGE_BLOCKS)
        check_message_sums(at)
    return at.problems


def view_problems(view: Any, pointer: str = "/view") -> list[Problem]:
    """List what Slack would refuse about a modal or a Home tab, apart from its size in bytes."""
    at = Node(view, pointer)
    if not at.is_a(dict, "an object"):
        return at.problems
    kind = at.choice("type", ("modal", "home"), required=True)
    if kind == "modal":
        check_modal(at)
    elif kind == "home":
        at.only(HOME_FIELDS)
    at.string("private_metadata", limits.PRIVATE_METADATA)
    at.string("callback_id", limits.CALLBACK_ID)
    at.string("external_id", limits.EXTERNAL_ID)
    if not at.has("blocks"):
        at.missing("blocks")
    elif kind and at.at("blocks").is_a(list, "an array"):
        check_blocks(at.at("blocks"), "modal" if kind == "modal" else "home", limits.VIEW_BLOCKS)
    return at.problems


def too_large(view: Json) -> bool:
    """Tell whether a view's JSON exceeds 250 kB."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > limits.VIEW_BYTES


def check_modal(at: Node) -> None:
    """Check what a modal has and a Home tab has not."""
    at.only(MODAL_FIELDS)
    at.text("title", limits.VIEW_WORDS, kinds=PLAIN, required=True)
    at.text("submit", limits.VIEW_WORDS, kinds=PLAIN)
    at.text("close", limits.VIEW_WORDS, kinds=PLAIN)
    at.boolean("clear_on_close", "notify_on_close", "submit_disabled")
    blocks = at.value.get("blocks")
    listed = blocks if isinstance(blocks, list) else []
    if not at.has("submit") and any(isinstance(b, dict) and b.get("type") == "input" for b in listed):
        at.missing("submit")


def check_blocks(at: Node, surface: Surface, most: int) -> None:
    """Check each block, and that no two share a block_id."""
    seen: set[str] = set()
    for block in at.each(most, least=0):
        check_block(block, surface)
        block_id = block.string("block_id", limits.BLOCK_ID)
        if block_id in seen:
            block.at("block_id").fail("unique", f"block_id {block_id} already exists")
        if block_id:
            seen.add(block_id)


def check_block(at: Node, surface: Surface) -> None:
    """Check one block by its type; a known type on the wrong surface is refused."""
    kind = at.choice("type", KNOWN, required=True)
    if kind is None:
        return
    check = CHECKS[surface].get(kind)
    if check is None:
        at.at("type").fail("surface", f"{kind} blocks are not supported in a {surface}", surface=surface)
        return
    check(at)


def check_message_sums(at: Node) -> None:
    """Check what is counted over the whole message: markdown characters and tables."""
    blocks = [block for block in at.value if isinstance(block, dict)]
    texts = [str(block.get("text")) for block in blocks if block.get("type") == "markdown"]
    if len(texts) > 1 and sum(map(len, texts)) > limits.MARKDOWN_TEXT:
        at.fail("max_length", "markdown blocks have too many characters", expected=limits.MARKDOWN_TEXT)
    if sum(block.get("type") == "table" for block in blocks) > 1:
        at.fail("max_items", "only one table block is allowed", expected=1)
