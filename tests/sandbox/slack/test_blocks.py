"""Every limit that Slack's validator holds, held here; the pointer and the constraint say which."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack.blocks.surfaces import message_problems, too_large, view_problems

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str = "Dev", value: str = "dev") -> Json:
    return {"text": plain(text), "value": value}


def button(**beside: Any) -> Json:
    return {"type": "button", "action_id": "approve", "text": plain("Approve"), "value": "GK-1", **beside}


def select(**beside: Any) -> Json:
    return {"type": "static_select", "action_id": "days", "options": [option()], **beside}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def field(element: Json, **beside: Any) -> Json:
    return {"type": "input", "label": plain("Purpose"), "element": element, **beside}


def text_input(**beside: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "purpose", **beside}


def dialog(**beside: Any) -> Json:
    return {
        "title": plain("Sure?"), "text": mrkdwn("Really?"), "confirm": plain("Yes"), "deny": plain("No"),
        **beside,
    }  # fmt: skip


def card(**beside: Any) -> Json:
    return {"type": "card", "title": mrkdwn("A card"), **beside}


def table(rows: int = 1, cells: int = 1, text: str = "x") -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * cells] * rows}


def section(**beside: Any) -> Json:
    return {"type": "section", "text": mrkdwn("Hello"), **beside}


FAIR_CARD: list[Json] = [
    {"type": "header", "text": plain("🔑 Gemini key request · GK-7F3K")},
    {"type": "section", "fields": [mrkdwn("*Requester*\n<@U0ADA>"), mrkdwn("*Project*\n`acme-ml-dev`")]},
    {"type": "section", "text": plain("To summarise support tickets.")},
    {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "403"}]}],
    },
    {"type": "context", "elements": [mrkdwn("asked <!date^1795000000^{date_short} {time}|today>")]},
    {"type": "divider"},
    actions(
        button(style="primary", confirm=dialog(), accessibility_label="Approve GK-7F3K"),
        button(action_id="deny", style="danger"),
        button(action_id="open", url="https://console.cloud.google.com/"),
        {"type": "overflow", "action_id": "more", "options": [option(), option("Prod", "prod")]},
    ),
    table(rows=3, cells=4),
]

FAIR_MODAL: Json = {
    "type": "modal",
    "callback_id": "request_key",
    "title": plain("Request a Gemini key"),
    "submit": plain("Send request"),
    "close": plain("Cancel"),
    "private_metadata": "{}",
    "notify_on_close": True,
    "blocks": [
        {"type": "alert", "level": "info", "text": mrkdwn("The key never appears in Slack.")},
        field(select(), block_id="project"),
        field(
            {"type": "radio_buttons", "action_id": "env", "options": [option()], "initial_option": option()}
        ),
        field({"type": "external_select", "action_id": "p", "min_query_length": 0}),
        field({"type": "checkboxes", "action_id": "c", "options": [option()]}, optional=True),
        field({"type": "datepicker", "action_id": "d", "initial_date": "2026-12-24"}, dispatch_action=True),
        field(text_input(multiline=True, min_length=20, max_length=500, placeholder=plain("What for?"))),
    ],
}

JUNK = st.sampled_from([None, True, 7, -1, "", "x", [], {}, [7], [[]], [{}], {"type": 7}, {"type": []}])


@st.composite
def strange(draw: st.DrawFn, value: Any) -> Any:
    """Put junk in the place of one part, somewhere below a fair value."""
    if isinstance(value, (dict, list)) and value and draw(st.integers(0, 5)):
        key = draw(st.sampled_from(list(value) if isinstance(value, dict) else range(len(value))))
        copied = copy.copy(value)
        copied[key] = draw(strange(value[key]))
        return copied
    return draw(JUNK)


MESSAGE_VIOLATIONS: dict[str, tuple[list[Json], str, str]] = {
    "51 blocks": ([{"type": "divider"}] * 51, "/blocks", "max_items"),
    "unknown type": ([{"type": "marquee"}], "/blocks/0/type", "enum"),
    "no type": ([{"text": plain("x")}], "/blocks/0", "required"),
    "alert in a message": ([FAIR_MODAL["blocks"][0]], "/blocks/0/type", "surface"),
    "block_id 256": ([{"type": "divider", "block_id": "b" * 256}], "/blocks/0/block_id", "max_length"),
    "block_id twice": ([{"type": "divider", "block_id": "b"}] * 2, "/blocks/1/block_id", "unique"),
    "misspelt field": ([section(colour="red")], "/blocks/0", "additional_property"),
    "section empty": ([{"type": "section"}], "/blocks/0", "required"),
    "section text 3001": ([section(text=mrkdwn("x" * 3001))], "/blocks/0/text/text", "max_length"),
    "section text empty": ([section(text=mrkdwn(""))], "/blocks/0/text/text", "min_length"),
    "11 fields": ([section(fields=[mrkdwn("x")] * 11)], "/blocks/0/fields", "max_items"),
    "field 2001": ([section(fields=[mrkdwn("x" * 2001)])], "/blocks/0/fields/0/text", "max_length"),
    "header 151": ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text", "max_length"),
    "header mrkdwn": ([{"type": "header", "text": mrkdwn("x")}], "/blocks/0/text/type", "enum"),
    "context 11": ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "/blocks/0/elements", "max_items"),
    "context button": ([{"type": "context", "elements": [button()]}], "/blocks/0/elements/0/type", "enum"),
    "actions 26": (
        [actions(*(button(action_id=str(n)) for n in range(26)))], "/blocks/0/elements", "max_items",
    ),
    "actions none": ([actions()], "/blocks/0/elements", "min_items"),
    "action_id twice": ([actions(button(), button())], "/blocks/0/elements/1/action_id", "unique"),
    "action_id 256": (
        [actions(button(action_id="a" * 256))], "/blocks/0/elements/0/action_id", "max_length",
    ),
    "button text 76": (
        [actions(button(text=plain("x" * 76)))], "/blocks/0/elements/0/text/text", "max_length",
    ),
    "button text mrkdwn": ([actions(button(text=mrkdwn("x")))], "/blocks/0/elements/0/text/type", "enum"),
    "button value 2001": ([actions(button(value="x" * 2001))], "/blocks/0/elements/0/value", "max_length"),
    "button value number": ([actions(button(value=7))], "/blocks/0/elements/0/value", "type"),
    "button url 3001": ([actions(button(url="u" * 3001))], "/blocks/0/elements/0/url", "max_length"),
    "button style": ([actions(button(style="warning"))], "/blocks/0/elements/0/style", "enum"),
    "label 76": (
        [actions(button(accessibility_label="x" * 76))],
        "/blocks/0/elements/0/accessibility_label",
        "max_length",
    ),
    "101 options": (
        [actions(select(options=[option()] * 101))], "/blocks/0/elements/0/options", "max_items",
    ),
    "no options": ([actions(select(options=[]))], "/blocks/0/elements/0/options", "min_items"),
    "option text 76": (
        [actions(select(options=[option("x" * 76)]))],
        "/blocks/0/elements/0/options/0/text/text",
        "max_length",
    ),
    "option value 151": (
        [actions(select(options=[option(value="x" * 151)]))],
        "/blocks/0/elements/0/options/0/value",
        "max_length",
    ),
    "placeholder 151": (
        [actions(select(placeholder=plain("x" * 151)))],
        "/blocks/0/elements/0/placeholder/text",
        "max_length",
    ),
    "initial option not offered": (
        [actions(select(initial_option=option("Prod", "prod")))],
        "/blocks/0/elements/0/initial_option",
        "enum",
    ),
    "confirm title 101": (
        [actions(button(confirm=dialog(title=plain("x" * 101))))],
        "/blocks/0/elements/0/confirm/title/text",
        "max_length",
    ),
    "confirm text 301": (
        [actions(button(confirm=dialog(text=mrkdwn("x" * 301))))],
        "/blocks/0/elements/0/confirm/text/text",
        "max_length",
    ),
    "confirm button 31": (
        [actions(button(confirm=dialog(confirm=plain("x" * 31))))],
        "/blocks/0/elements/0/confirm/confirm/text",
        "max_length",
    ),
    "overflow 6": (
        [actions({"type": "overflow", "action_id": "o", "options": [option()] * 6})],
        "/blocks/0/elements/0/options",
        "max_items",
    ),
    "radio 11": (
        [actions({"type": "radio_buttons", "action_id": "r", "options": [option()] * 11})],
        "/blocks/0/elements/0/options",
        "max_items",
    ),
    "checkboxes 11": (
        [actions({"type": "checkboxes", "action_id": "r", "options": [option()] * 11})],
        "/blocks/0/elements/0/options",
        "max_items",
    ),
    "text field in actions": ([actions(text_input())], "/blocks/0/elements/0/type", "enum"),
    "button as input": ([field(button())], "/blocks/0/element/type", "enum"),
    "label 2001": (
        [field(text_input()) | {"label": plain("x" * 2001)}], "/blocks/0/label/text", "max_length",
    ),
    "hint 2001": ([field(text_input(), hint=plain("x" * 2001))], "/blocks/0/hint/text", "max_length"),
    "input max_length 3001": ([field(text_input(max_length=3001))], "/blocks/0/element/max_length", "range"),
    "min above max": ([field(text_input(min_length=9, max_length=8))], "/blocks/0/element", "range"),
    "image without alt": (
        [{"type": "image", "image_url": "https://acme.test/i.png"}], "/blocks/0", "required",
    ),
    "markdown 12001": ([{"type": "markdown", "text": "x" * 12_001}], "/blocks/0/text", "max_length"),
    "markdown sum": ([{"type": "markdown", "text": "x" * 6_001}] * 2, "/blocks", "max_length"),
    "two tables": ([table(), table()], "/blocks", "max_items"),
    "101 rows": ([table(rows=101)], "/blocks/0/rows", "max_items"),
    "21 cells": ([table(cells=21)], "/blocks/0/rows/0", "max_items"),
    "table characters": ([table(rows=11, text="x" * 1_000)], "/blocks/0", "max_length"),
    "card title 151": ([card(title=mrkdwn("x" * 151))], "/blocks/0/title/text", "max_length"),
    "card body 201": ([card(body=mrkdwn("x" * 201))], "/blocks/0/body/text", "max_length"),
    "card 4 buttons": (
        [card(actions=[button(action_id=str(n)) for n in range(4)])], "/blocks/0/actions", "max_items",
    ),
    "carousel 11": ([{"type": "carousel", "elements": [card()] * 11}], "/blocks/0/elements", "max_items"),
    "container 11": (
        [{"type": "container", "child_blocks": [section()] * 11}], "/blocks/0/child_blocks", "max_items",
    ),
    "container title 151": (
        [{"type": "container", "title": plain("x" * 151), "child_blocks": [section()]}],
        "/blocks/0/title/text",
        "max_length",
    ),
    "rich text piece": (
        [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "link"}]}]}],
        "/blocks/0/elements/0/elements/0",
        "required",
    ),
}  # fmt: skip

MODAL_VIOLATIONS: dict[str, tuple[Json, str, str]] = {
    "title 25": ({"title": plain("x" * 25)}, "/view/title/text", "max_length"),
    "title mrkdwn": ({"title": mrkdwn("x")}, "/view/title/type", "enum"),
    "no title": ({"title": None}, "/view", "required"),
    "submit 25": ({"submit": plain("x" * 25)}, "/view/submit/text", "max_length"),
    "close 25": ({"close": plain("x" * 25)}, "/view/close/text", "max_length"),
    "input without submit": ({"submit": None}, "/view", "required"),
    "101 blocks": ({"blocks": [{"type": "divider"}] * 101}, "/view/blocks", "max_items"),
    "no blocks": ({"blocks": None}, "/view", "required"),
    "private_metadata 3001": ({"private_metadata": "x" * 3001}, "/view/private_metadata", "max_length"),
    "callback_id 256": ({"callback_id": "x" * 256}, "/view/callback_id", "max_length"),
    "external_id 256": ({"external_id": "x" * 256}, "/view/external_id", "max_length"),
    "unknown field": ({"on_submit": True}, "/view", "additional_property"),
    "unknown kind": ({"type": "dialog"}, "/view/type", "enum"),
    "alert 201": (
        {"blocks": [{"type": "alert", "text": plain("x" * 201)}]}, "/view/blocks/0/text/text", "max_length",
    ),
    "alert level": (
        {"blocks": [{"type": "alert", "text": plain("x"), "level": "loud"}]}, "/view/blocks/0/level", "enum",
    ),
    "markdown in a modal": (
        {"blocks": [{"type": "markdown", "text": "x"}]}, "/view/blocks/0/type", "surface",
    ),
    "table in a modal": ({"blocks": [table()]}, "/view/blocks/0/type", "surface"),
}  # fmt: skip


@pytest.mark.parametrize(("blocks", "pointer", "kind"), MESSAGE_VIOLATIONS.values(), ids=MESSAGE_VIOLATIONS)
def test_a_message_beyond_a_limit_is_found_out(blocks: list[Json], pointer: str, kind: str) -> None:
    """Each violation is found, once, at its place."""
    found = [(problem.pointer, problem.constraint["type"]) for problem in message_problems(blocks)]

    assert found == [(pointer, kind)]


@pytest.mark.parametrize(("change", "pointer", "kind"), MODAL_VIOLATIONS.values(), ids=MODAL_VIOLATIONS)
def test_a_modal_beyond_a_limit_is_found_out(change: Json, pointer: str, kind: str) -> None:
    """Each violation is found, once, at its place."""
    view = {key: value for key, value in (FAIR_MODAL | change).items() if value is not None}

    found = [(problem.pointer, problem.constraint["type"]) for problem in view_problems(view)]

    assert found == [(pointer, kind)]


def test_fair_content_passes_untouched() -> None:
    """An approver card and a request modal as the bot sends them break no rule, and are not changed."""
    card_before, modal_before = copy.deepcopy(FAIR_CARD), copy.deepcopy(FAIR_MODAL)

    assert message_problems(FAIR_CARD) == []
    assert view_problems(FAIR_MODAL) == []
    assert card_before == FAIR_CARD
    assert modal_before == FAIR_MODAL


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "divider"}] * 50,
        [section(text=mrkdwn("x" * 3000))],
        [{"type": "header", "text": plain("x" * 150)}],
        [actions(button(text=plain("x" * 75), value="x" * 2000))],
        [actions(select(options=[option(str(n), str(n)) for n in range(100)]))],
        [table(rows=100, cells=20)],
    ],
    ids=["blocks", "section", "header", "button", "options", "table"],
)
def test_the_limit_itself_is_allowed(blocks: list[Json]) -> None:
    """What stands exactly at a limit passes."""
    assert message_problems(blocks) == []


@given(content=strange(FAIR_CARD + FAIR_MODAL["blocks"]))
def test_no_blocks_make_the_validator_stumble(content: Any) -> None:
    """Whatever stands in the place of any part of fair blocks, the answer is a list of problems or none."""
    problems = message_problems(content) + view_problems({**FAIR_MODAL, "blocks": content})

    assert all(problem.pointer.startswith("/") for problem in problems)


def test_a_home_tab_has_no_title() -> None:
    """A Home tab is refused the fields that only modals have."""
    problems = view_problems({"type": "home", "title": plain("Home"), "blocks": []})

    assert [problem.constraint["field"] for problem in problems] == ["title"]


def test_a_view_over_250_kilobytes_is_too_large() -> None:
    """Size is counted over the whole JSON, also where each block is within its limits."""
    blocks = [section(text=mrkdwn("x" * 2_900)) for _ in range(90)]

    assert too_large({**FAIR_MODAL, "blocks": blocks})
    assert not too_large(FAIR_MODAL)
