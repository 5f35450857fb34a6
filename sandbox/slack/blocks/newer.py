"""Check the blocks of 2025 and 2026: markdown, table, alert, card, carousel, container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.blocks import layout, limits
from sandbox.slack.blocks.elements import element, image, unique_action_ids
from sandbox.slack.blocks.layout import BLOCK
from sandbox.slack.blocks.rich_text import rich_text

if TYPE_CHECKING:
    from sandbox.slack.blocks.node import Node

IN_CONTAINER = ("section", "divider", "context", "actions", "image", "header", "rich_text", "table")


def markdown(at: Node) -> None:
    """Check a markdown block; the message-wide sum is checked by the surface."""
    at.only({*BLOCK, "text"})
    at.string("text", limits.MARKDOWN_TEXT, least=1, required=True)


def alert(at: Node) -> None:
    """Check a coloured notice."""
    at.only({*BLOCK, "text", "level"})
    at.text("text", limits.ALERT_TEXT, required=True)
    at.choice("level", limits.ALERT_LEVELS)


def table(at: Node) -> None:
    """Check a table: rows, cells, and all its characters together."""
    at.only({*BLOCK, "rows", "column_settings"})
    if not at.has("rows"):
        at.missing("rows")
        return
    rows = at.at("rows")
    if not rows.is_a(list, "an array"):
        return
    if not 1 <= len(rows.value) <= limits.TABLE_ROWS:
        rows.fail("max_items", f"between 1 and {limits.TABLE_ROWS} rows allowed", expected=limits.TABLE_ROWS)
    for index in range(len(rows.value)):
        row(rows.at(index))
    if characters(rows.value) > limits.TABLE_CHARACTERS:
        at.fail("max_length", "the table has too many characters", expected=limits.TABLE_CHARACTERS)


def row(at: Node) -> None:
    """Check one row of a table."""
    if not at.is_a(list, "an array"):
        return
    for cell in at.each(limits.TABLE_CELLS):
        kind = cell.choice("type", ("raw_text", "raw_number", "rich_text"), required=True)
        if kind == "rich_text":
            rich_text(cell)
        elif kind == "raw_text":
            cell.string("text", limits.TABLE_CHARACTERS, required=True)


def characters(value: object) -> int:
    """Count the characters of all texts below a value."""
    if isinstance(value, dict):
        own = value.get("text")
        below = sum(characters(item) for key, item in value.items() if key != "text")
        return below + (len(own) if isinstance(own, str) else 0)
    return sum(characters(item) for item in value) if isinstance(value, list) else 0


def card(at: Node) -> None:
    """Check a card."""
    at.only({*BLOCK, "hero_image", "icon", "title", "subtitle", "body", "actions"})
    if not any(at.has(key) for key in ("hero_image", "title", "actions", "body")):
        at.missing("title")
    at.text("title", limits.CARD_TITLE)
    at.text("subtitle", limits.CARD_TITLE)
    at.text("body", limits.CARD_BODY)
    for key in ("hero_image", "icon"):
        shown = at.object(key)
        if shown is not None:
            image(shown)
    buttons = at.items("actions", limits.CARD_ACTIONS, required=False)
    for each in buttons:
        element(each, {"button"})
    unique_action_ids(buttons)


def carousel(at: Node) -> None:
    """Check a row of cards."""
    at.only({*BLOCK, "elements"})
    for each in at.items("elements", limits.CAROUSEL_CARDS):
        if each.choice("type", ("card",), required=True):
            card(each)


def container(at: Node) -> None:
    """Check a box with a title and blocks in it."""
    at.only(
        {*BLOCK, "title", "subtitle", "icon", "child_blocks", "width", "is_collapsible", "default_collapsed"}
    )
    at.text("title", limits.CONTAINER_TITLE)
    at.text("subtitle", limits.CONTAINER_TITLE)
    for child in at.items("child_blocks", limits.CONTAINER_CHILDREN):
        kind = child.choice("type", IN_CONTAINER, required=True)
        if kind:
            IN_CONTAINER_CHECKS[kind](child)


IN_CONTAINER_CHECKS = {
    "section": layout.section,
    "divider": layout.divider,
    "context": layout.context,
    "actions": layout.actions,
    "image": layout.picture,
    "header": layout.header,
    "rich_text": rich_text,
    "table": table,
}
