"""Check the elements people press or fill in: buttons, menus, inputs, images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.blocks import limits
from sandbox.slack.blocks.node import EITHER, PLAIN, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

COMMON = {"type", "action_id", "confirm", "focus_on_load"}


def confirm(at: Node) -> None:
    """Check the dialog that stands before an action."""
    at.only({"title", "text", "confirm", "deny", "style"})
    at.text("title", limits.CONFIRM_TITLE, kinds=PLAIN, required=True)
    at.text("text", limits.CONFIRM_TEXT, required=True)
    at.text("confirm", limits.CONFIRM_BUTTON, kinds=PLAIN, required=True)
    at.text("deny", limits.CONFIRM_BUTTON, kinds=PLAIN, required=True)
    at.choice("style", ("primary", "danger"))


def image(at: Node) -> None:
    """Check an image beside text."""
    at.only({"type", "image_url", "alt_text", "slack_file"})
    if not at.has("slack_file"):
        at.string("image_url", limits.IMAGE_URL, least=1, required=True)
    at.string("alt_text", limits.ALT_TEXT, required=True)


def button(at: Node) -> None:
    """Check a button."""
    at.only({*COMMON, "text", "url", "value", "style", "accessibility_label"})
    at.text("text", limits.BUTTON_TEXT, kinds=PLAIN, required=True)
    at.string("url", limits.BUTTON_URL)
    at.string("value", limits.BUTTON_VALUE)
    at.string("accessibility_label", limits.ACCESSIBILITY_LABEL)
    at.choice("style", ("primary", "danger"))


def option(at: Node, kinds: Collection[str] = PLAIN, *, urls: bool = False) -> None:
    """Check one choice of a menu."""
    at.only({"text", "value", "description", "url"} if urls else {"text", "value", "description"})
    at.text("text", limits.OPTION_TEXT, kinds=kinds, required=True)
    at.string("value", limits.OPTION_VALUE, required=True)
    at.text("description", limits.OPTION_DESCRIPTION, kinds=kinds)
    at.string("url", limits.BUTTON_URL)


def options(at: Node, most: int, kinds: Collection[str] = PLAIN, *, required: bool = True) -> None:
    """Check the flat list of choices."""
    for each in at.items("options", most, required=required):
        option(each, kinds)


def option_groups(at: Node) -> None:
    """Check choices under headings."""
    for group in at.items("option_groups", limits.OPTION_GROUPS, required=False):
        group.only({"label", "options"})
        group.text("label", limits.OPTION_TEXT, kinds=PLAIN, required=True)
        options(group, limits.OPTIONS)


def static_select(at: Node) -> None:
    """Check a menu whose choices stand in the block."""
    at.only(
        {*COMMON, "placeholder", "options", "option_groups", "initial_option", "initial_options",
         "max_selected_items"}
    )  # fmt: skip
    placeholder(at)
    if at.has("options") and at.has("option_groups"):
        at.fail("exclusive", "must provide only one of options or option_groups")
    options(at, limits.OPTIONS, required=not at.has("option_groups"))
    option_groups(at)
    for key in ("initial_option", "initial_options"):
        initial_choices(at, key)
    at.number("max_selected_items", 1, limits.OPTIONS)


def initial_choices(at: Node, key: str) -> None:
    """Check that what is chosen at first is one of the choices."""
    if not at.has(key):
        return
    choices = offered(at.value)
    chosen = at.value[key] if isinstance(at.value[key], list) else [at.value[key]]
    if not all(each in choices for each in chosen):
        at.at(key).fail("enum", f"{key} must be one of the options")


def offered(menu: object) -> list[object]:
    """List all choices of a menu, in groups or not, whatever else may be wrong with it."""
    if not isinstance(menu, dict):
        return []
    options, groups = menu.get("options"), menu.get("option_groups")
    own = list(options) if isinstance(options, list) else []
    return (
        own + [each for group in groups or [] for each in offered(group)] if isinstance(groups, list) else own
    )


def external_select(at: Node) -> None:
    """Check a menu whose choices the app sends while the person types."""
    at.only(
        {
            *COMMON,
            "placeholder",
            "min_query_length",
            "initial_option",
            "initial_options",
            "max_selected_items",
        }
    )
    placeholder(at)
    at.number("min_query_length", 0, 255)
    initial = at.object("initial_option")
    if initial is not None:
        option(initial)


def people_select(at: Node) -> None:
    """Check a menu of users, conversations or channels."""
    what = at.value["type"].removeprefix("multi_").removesuffix("_select")
    at.only(
        {*COMMON, "placeholder", f"initial_{what}", f"initial_{what.removesuffix('s')}", "max_selected_items",
         "default_to_current_conversation", "response_url_enabled", "filter"}
    )  # fmt: skip
    placeholder(at)


def overflow(at: Node) -> None:
    """Check a … menu."""
    at.only({*COMMON, "options"})
    for each in at.items("options", limits.OVERFLOW_OPTIONS):
        option(each, urls=True)


def choices_in_sight(at: Node) -> None:
    """Check radio buttons or checkboxes."""
    at.only({*COMMON, "options", "initial_option", "initial_options"})
    options(at, limits.RADIO_OPTIONS, EITHER)
    for key in ("initial_option", "initial_options"):
        initial_choices(at, key)


def picker(at: Node) -> None:
    """Check a date or time picker."""
    at.only({*COMMON, "placeholder", "initial_date", "initial_time", "initial_date_time", "timezone"})
    placeholder(at)


def plain_text_input(at: Node) -> None:
    """Check a text field."""
    at.only(
        {*COMMON, "placeholder", "multiline", "min_length", "max_length", "initial_value",
         "dispatch_action_config"}
    )  # fmt: skip
    placeholder(at)
    at.boolean("multiline")
    least = at.number("min_length", 0, limits.INPUT_LENGTH)
    most = at.number("max_length", 1, limits.INPUT_LENGTH)
    if least is not None and most is not None and least > most:
        at.fail("range", "min_length must not exceed max_length")
    at.string("initial_value", most or limits.INPUT_LENGTH)


def typed_input(at: Node) -> None:
    """Check a field for an e-mail address, a URL, a number or rich text."""
    at.only(
        {*COMMON, "placeholder", "initial_value", "dispatch_action_config", "is_decimal_allowed", "min_value",
         "max_value"}
    )  # fmt: skip
    placeholder(at)


def feedback_buttons(at: Node) -> None:
    """Check a pair of thumbs."""
    at.only({"type", "action_id", "positive_button", "negative_button"})
    for key in ("positive_button", "negative_button"):
        each = at.object(key, required=True)
        if each is not None:
            each.only({"text", "value", "accessibility_label"})
            each.text("text", limits.BUTTON_TEXT, kinds=PLAIN, required=True)
            each.string("value", limits.BUTTON_VALUE, required=True)


def icon_button(at: Node) -> None:
    """Check a button that is only an icon."""
    at.only({*COMMON, "icon", "text", "value", "accessibility_label", "visible_to_user_ids"})
    at.choice("icon", ("trash",), required=True)
    at.text("text", limits.BUTTON_TEXT, kinds=PLAIN, required=True)
    at.string("value", limits.BUTTON_VALUE)


def placeholder(at: Node) -> None:
    """Check the grey words of an empty field."""
    at.text("placeholder", limits.PLACEHOLDER, kinds=PLAIN)


CHECKS: dict[str, Callable[[Node], None]] = {
    "button": button,
    "image": image,
    "overflow": overflow,
    "static_select": static_select,
    "multi_static_select": static_select,
    "external_select": external_select,
    "multi_external_select": external_select,
    "users_select": people_select,
    "multi_users_select": people_select,
    "conversations_select": people_select,
    "multi_conversations_select": people_select,
    "channels_select": people_select,
    "multi_channels_select": people_select,
    "radio_buttons": choices_in_sight,
    "checkboxes": choices_in_sight,
    "datepicker": picker,
    "timepicker": picker,
    "datetimepicker": picker,
    "plain_text_input": plain_text_input,
    "email_text_input": typed_input,
    "url_text_input": typed_input,
    "number_input": typed_input,
    "rich_text_input": typed_input,
    "feedback_buttons": feedback_buttons,
    "icon_button": icon_button,
}

SELECTS = {kind for kind in CHECKS if kind.endswith("_select")}
PICKERS = {"radio_buttons", "checkboxes", "datepicker", "timepicker", "datetimepicker"}
IN_ACTIONS = SELECTS | PICKERS | {"button", "overflow"}
IN_SECTION = IN_ACTIONS | {"image"}
IN_INPUT = SELECTS | PICKERS | {kind for kind in CHECKS if kind.endswith("_input")}
IN_CONTEXT_ACTIONS = {"feedback_buttons", "icon_button"}


def element(at: Node, allowed: Collection[str]) -> None:
    """Check one element against the kinds that its block takes."""
    kind = at.choice("type", allowed, required=True)
    if kind is None:
        return
    CHECKS[kind](at)
    at.string("action_id", limits.ACTION_ID)
    at.boolean("focus_on_load")
    dialog = at.object("confirm")
    if dialog is not None:
        confirm(dialog)


def unique_action_ids(elements: list[Node]) -> None:
    """Check that no two elements of a block share an action_id."""
    seen: set[str] = set()
    for each in elements:
        action_id = each.value.get("action_id")
        if action_id in seen:
            each.at("action_id").fail("unique", f"action_id {action_id} already exists in this block")
        if isinstance(action_id, str):
            seen.add(action_id)
