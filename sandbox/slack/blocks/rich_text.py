"""Check rich_text blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.blocks import limits
from sandbox.slack.blocks.layout import BLOCK

if TYPE_CHECKING:
    from sandbox.slack.blocks.node import Node

CONTAINERS = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
PIECES = {
    "text": "text",
    "link": "url",
    "emoji": "name",
    "user": "user_id",
    "usergroup": "usergroup_id",
    "channel": "channel_id",
    "broadcast": "range",
    "color": "value",
    "team": "team_id",
    "date": "timestamp",
}
"""Each inline piece and the field it cannot be without."""

MANY = 1_000


def rich_text(at: Node) -> None:
    """Check a rich_text block."""
    at.only({*BLOCK, "elements"})
    for each in at.items("elements", MANY):
        kind = each.choice("type", CONTAINERS, required=True)
        if kind == "rich_text_list":
            rich_text_list(each)
        elif kind:
            each.only({"type", "elements", "border", "language"})
            pieces(each)


def rich_text_list(at: Node) -> None:
    """Check a list whose items are sections."""
    at.only({"type", "elements", "style", "indent", "offset", "border"})
    at.choice("style", ("bullet", "ordered"), required=True)
    for item in at.items("elements", MANY):
        if item.choice("type", ("rich_text_section",), required=True):
            pieces(item)


def pieces(at: Node) -> None:
    """Check the inline pieces of a section, quote or preformatted block."""
    for piece in at.items("elements", MANY, least=0):
        kind = piece.choice("type", PIECES, required=True)
        if kind == "text":
            piece.string("text", limits.MARKDOWN_TEXT, least=1, required=True)
        elif kind and not piece.has(PIECES[kind]):
            piece.missing(PIECES[kind])
