"""Check what a person put into the fields of a view, as Slack's client does before it sends anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack.blocks import limits
from sandbox.slack.blocks.walk import LISTS, VALUE_OF, find_element, inputs
from sandbox.slack.errors import PageError

if TYPE_CHECKING:
    from sandbox.slack.records import Json
    from sandbox.slack.views import View

REQUIRED = "Please complete this required field."


def set_values(view: View, values: Json) -> None:
    """Take over what the page says stands in the fields; PageError stale_element for fields that are gone."""
    for block_id, fields in values.items():
        for action_id, state in _object(fields).items():
            element = find_element(view.blocks, block_id, action_id)
            if element is None or element["type"] not in VALUE_OF:
                raise PageError("stale_element", block_id=block_id)
            view.values.setdefault(block_id, {})[action_id] = checked_state(element, _object(state))


def checked_state(element: Json, state: Json) -> Json:
    """Shape one field's state as payloads do; PageError stale_element for a choice that is not offered."""
    field, _ = VALUE_OF[element["type"]]
    value = state.get(field)
    if field in LISTS:
        value = [_offered(element, each) for each in value or []]
    elif value == "":
        value = None
    elif value is not None:
        value = _offered(element, value)
    return {"type": element["type"], field: value}


def errors_in(view: View) -> dict[str, str]:
    """Say by block_id what is missing, too short or too long."""
    errors = {}
    for block_id, block in inputs(view.blocks).items():
        element = block["element"]
        field, _ = VALUE_OF[element["type"]]
        value = view.values[block_id][element["action_id"]][field]
        error = _error(element, value, optional=block.get("optional", False))
        if error:
            errors[block_id] = error
    return errors


def _object(value: Any) -> Json:
    if not isinstance(value, dict):
        raise PageError("invalid_argument", argument="values")
    return value


def _error(element: Json, value: Any, *, optional: bool) -> str:
    if value in (None, [], ""):
        return "" if optional else REQUIRED
    if element["type"] != "plain_text_input":
        return ""
    least, most = element.get("min_length", 0), element.get("max_length", limits.INPUT_LENGTH)
    if len(value) < least:
        return f"Please use at least {least} characters."
    return f"Please use at most {most} characters." if len(value) > most else ""


def _offered(element: Json, value: Any) -> Any:
    groups = element.get("option_groups") or []
    options = element.get("options") or [option for group in groups for option in group["options"]]
    if not options:
        return value
    wanted = value.get("value") if isinstance(value, dict) else value
    for option in options:
        if option["value"] == wanted:
            return option
    raise PageError("stale_element")
