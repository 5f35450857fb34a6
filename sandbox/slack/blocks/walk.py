"""Walk through blocks: find elements, give ids, read initial values."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from sandbox.slack.ids import random_id

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

VALUE_OF = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
}
"""For each element that has a state: the field that holds it, and the field that it starts from."""

LISTS = frozenset({"selected_options", "selected_users", "selected_conversations", "selected_channels"})


def elements_of(block: Json) -> Iterator[tuple[Json, Json]]:
    """Yield (block, interactive element) for everything a person could press or fill in."""
    found = [block.get("accessory"), block.get("element")]
    if block.get("type") in {"actions", "context_actions"}:
        found += block.get("elements", [])
    found += block.get("actions", []) if block.get("type") == "card" else []
    for element in found:
        if isinstance(element, dict) and element.get("type") != "image":
            yield block, element
    nested = block.get("child_blocks", []) if block.get("type") == "container" else []
    nested = nested or (block.get("elements", []) if block.get("type") == "carousel" else [])
    for child in nested:
        yield from elements_of(child)


def all_elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield (block, interactive element) for all blocks of a surface."""
    for block in blocks:
        yield from elements_of(block)


def find_element(blocks: list[Json], block_id: str, action_id: str) -> Json | None:
    """Find the element that stands under these ids now."""
    for block, element in all_elements(blocks):
        if block.get("block_id") == block_id and element.get("action_id") == action_id:
            return element
    return None


def stateful_elements(blocks: list[Json]) -> Iterator[tuple[Json, Json, Json]]:
    """Yield (block, element, its state before anyone touched it) for elements that hold a value."""
    for block, element in all_elements(blocks):
        if element["type"] in VALUE_OF:
            field, initial = VALUE_OF[element["type"]]
            empty: list[Any] | None = [] if field in LISTS else None
            yield block, element, {"type": element["type"], field: element.get(initial, empty)}


def inputs(blocks: list[Json]) -> dict[str, Json]:
    """Map block_id to block for all input blocks."""
    return {block["block_id"]: block for block in blocks if block["type"] == "input"}


def with_ids(blocks: list[Json]) -> list[Json]:
    """Copy blocks, with a block_id and action_ids where the app gave none, as Slack does."""
    copied = copy.deepcopy(blocks)
    for block in copied:
        _give_ids(block)
    return copied


def _give_ids(block: Json) -> None:
    block.setdefault("block_id", random_id("", 5))
    for child in block.get("child_blocks", []):
        _give_ids(child)
    if block["type"] == "carousel":
        for card in block["elements"]:
            _give_ids(card)
    for _, element in elements_of(block):
        element.setdefault("action_id", random_id("", 5))
