"""Block Kit, as much of it as we use, cut to Slack's limits so that no text can lose a message."""

from __future__ import annotations

from typing import Any

from handlers.surfaces.text import clean, cut, cut_marks

Block = dict[str, Any]
# What stands in notifications, and the blocks.
Message = tuple[str, list[Block]]

HEADER, SECTION, FIELD, BUTTON, OPTION = 150, 3000, 2000, 75, 75
VIEW_TITLE, LABEL, CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 24, 2000, 100, 300, 30


def plain(text: str, most: int) -> Block:
    """Text that Slack shows as it is."""
    return {"type": "plain_text", "text": cut(text, most) or " ", "emoji": True}


def mrkdwn(text: str, most: int = SECTION) -> Block:
    """Text with Slack's marks; whatever people wrote in it is escaped already."""
    return {"type": "mrkdwn", "text": cut_marks(text, most) or " "}


def header(text: str) -> Block:
    """A title."""
    return {"type": "header", "text": plain(text, HEADER)}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return {**block, "accessory": accessory} if accessory else block


def quoted(text: str) -> Block:
    """Words of a person, literally: mentions, links and marks in it stay letters."""
    return {"type": "section", "text": {**plain(clean(text), SECTION), "emoji": False}}


def fields(*pairs: tuple[str, str]) -> Block:
    """Names and values in two columns (at most ten)."""
    return {
        "type": "section",
        "fields": [mrkdwn(f"*{name}*\n{value}", FIELD) for name, value in pairs[:10]],
    }


def context(*texts: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts[:10]]}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def code(text: str) -> Block:
    """Text to copy."""
    body = [{"type": "text", "text": cut(text, SECTION)}]
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": body}]}


def actions(block_id: str, *elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(
    action_id: str,
    text: str,
    value: str = "",
    *,
    style: str = "",
    url: str = "",
    label: str = "",
    confirm: Block | None = None,
) -> Block:
    """One button; `label` is what a screen reader says."""
    block: Block = {"type": "button", "action_id": action_id, "text": plain(text, BUTTON)}
    extra = {
        "value": value,
        "style": style,
        "url": url,
        "accessibility_label": cut(label, BUTTON),
        "confirm": confirm,
    }
    return block | {key: item for key, item in extra.items() if item}


def confirm(title: str, text: str, yes: str, no: str, *, style: str = "primary") -> Block:
    """A question before an action is sent."""
    return {
        "title": plain(title, CONFIRM_TITLE),
        "text": plain(text, CONFIRM_TEXT),
        "confirm": plain(yes, CONFIRM_BUTTON),
        "deny": plain(no, CONFIRM_BUTTON),
        "style": style,
    }


def option(text: str, value: str, description: str = "") -> Block:
    """One choice of a list."""
    block: Block = {"text": plain(text, OPTION), "value": cut(value, 150)}
    return {**block, "description": plain(description, OPTION)} if description else block


def input_block(
    block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False
) -> Block:
    """A field of a form; `block_id` is where an error is shown."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, LABEL),
        "element": element,
        "optional": optional,
    }
    return {**block, "hint": plain(hint, LABEL)} if hint else block


def note(text: str, sign: str = "ℹ️") -> Block:  # noqa: RUF001 - the sign is one
    """What is read first in a form; Slack's own `alert` is too young for some clients to show."""
    return section(f"{sign} {text}")


def modal(
    callback_id: str,
    title: str,
    close: str,
    blocks: list[Block],
    *,
    submit: str = "",
    metadata: str = "",
    external_id: str = "",
) -> Block:
    """A dialog; `external_id` is our own name for it, unique in the workspace."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, VIEW_TITLE),
        "close": plain(close, VIEW_TITLE),
        "blocks": blocks,
        "private_metadata": metadata,
        **({"external_id": external_id} if external_id else {}),
    }
    return {**view, "submit": plain(submit, VIEW_TITLE)} if submit else view
