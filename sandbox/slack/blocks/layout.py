"""Check the everyday blocks: section, header, context, actions, divider, image, input."""

from __future__ import annotations

from sandbox.slack.blocks import limits
from sandbox.slack.blocks.elements import (
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    element,
    image,
    unique_action_ids,
)
from sandbox.slack.blocks.node import EITHER, PLAIN, Node

BLOCK = {"type", "block_id"}


def section(at: Node) -> None:
    """Check a section: text or fields, and perhaps one element beside them."""
    at.only({*BLOCK, "text", "fields", "accessory", "expand"})
    if not at.has("text") and not at.has("fields"):
        at.missing("text")
    at.text("text", limits.SECTION_TEXT)
    for field in at.items("fields", limits.SECTION_FIELDS, required=False):
        field.text_object(limits.FIELD_TEXT)
    beside = at.object("accessory")
    if beside is not None:
        element(beside, IN_SECTION)


def header(at: Node) -> None:
    """Check a header: plain text only."""
    at.only({*BLOCK, "text"})
    at.text("text", limits.HEADER_TEXT, kinds=PLAIN, required=True)


def divider(at: Node) -> None:
    """Check a line."""
    at.only(BLOCK)


def context(at: Node) -> None:
    """Check small print: texts and images."""
    at.only({*BLOCK, "elements"})
    for each in at.items("elements", limits.CONTEXT_ELEMENTS):
        kind = each.choice("type", (*EITHER, "image"), required=True)
        if kind == "image":
            image(each)
        elif kind:
            each.text_object(limits.TEXT_OBJECT)


def actions(at: Node) -> None:
    """Check a row of elements."""
    at.only({*BLOCK, "elements"})
    row = at.items("elements", limits.ACTIONS_ELEMENTS)
    for each in row:
        element(each, IN_ACTIONS)
    unique_action_ids(row)


def context_actions(at: Node) -> None:
    """Check the small buttons under an answer."""
    at.only({*BLOCK, "elements"})
    row = at.items("elements", limits.CONTEXT_ACTIONS_ELEMENTS)
    for each in row:
        element(each, IN_CONTEXT_ACTIONS)
    unique_action_ids(row)


def picture(at: Node) -> None:
    """Check an image that is a block of its own."""
    at.only({*BLOCK, "image_url", "alt_text", "title", "slack_file"})
    if not at.has("slack_file"):
        at.string("image_url", limits.IMAGE_URL, least=1, required=True)
    at.string("alt_text", limits.ALT_TEXT, required=True)
    at.text("title", limits.IMAGE_TITLE, kinds=PLAIN)


def input_block(at: Node) -> None:
    """Check a labelled field."""
    at.only({*BLOCK, "label", "element", "hint", "optional", "dispatch_action"})
    at.text("label", limits.INPUT_LABEL, kinds=PLAIN, required=True)
    at.text("hint", limits.INPUT_LABEL, kinds=PLAIN)
    at.boolean("optional", "dispatch_action")
    field = at.object("element", required=True)
    if field is not None:
        element(field, IN_INPUT)
