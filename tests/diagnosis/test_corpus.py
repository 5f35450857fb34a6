"""Reported texts of many SDKs, wrappers and pages: what they say, and the cause offered first."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bot.diagnosis.catalogue import BY_ID
from bot.diagnosis.why import diagnose
from bot.domain.redact import redact

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = json.loads((HERE / "cases.json").read_text())
EXAMPLES: list[dict[str, Any]] = json.loads((HERE / "examples.json").read_text())
# The text of this example names no API; that it was Text-to-Speech is known from its thread only.
NOT_IN_THE_TEXT = {"g403-072"}


def _first_cause(text: str) -> str | None:
    best = diagnose(text).best
    return best.cause.id if best else None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_reported_text_is_read_and_explained(case: dict[str, Any]) -> None:
    """Code, status, reason, service, project and first cause are those that a person would name."""
    answer = diagnose(case["text"]).as_json()

    assert answer["parsed"] == {key: case[key] for key in ("http", "status", "reason", "service", "consumer")}
    assert answer["findings"][0]["cause"] == case["cause"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_a_reference_example_is_read_and_explained(example: dict[str, Any]) -> None:
    """Every example of the reference is answered with what it expects."""
    parsed = diagnose(example["text"]).parsed

    assert parsed.http == example["http_status"]
    assert parsed.status == example["status_expected"]
    assert parsed.reason == example["reason_expected"]
    assert parsed.service == example["service"] or example["id"] in NOT_IN_THE_TEXT
    assert _first_cause(example["text"]) == example["cause"]


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _logged(text: str) -> str:
    return "\n".join(f"2026-11-20T10:00:00.123Z {line}" for line in text.split("\n"))


def _in_json(text: str) -> str:
    return json.dumps({"level": "error", "msg": text})


def _in_json_twice(text: str) -> str:
    return json.dumps({"outer": _in_json(text)})


def _escaped_by_slack(text: str) -> str:
    return html.escape(text, quote=False)


def _with_smart_quotes(text: str) -> str:
    return text.replace('"', "\u201c").replace("'", "\u2019")


def _with_prose_around(text: str) -> str:
    return f"Hi, since this morning I get\n```\n{text}\n```\nCan anybody help? Thanks!"


def _behind_a_500(text: str) -> str:
    return f"500 Internal Server Error: upstream failed\n{text}"


def _in_a_grpc_header(text: str) -> str:
    return f"grpc-status: 7\ngrpc-message: {quote(text)}"


def _coloured(text: str) -> str:
    return f"\x1b[31m{text}\x1b[0m"


MANGLINGS = (
    _quoted,
    _logged,
    _in_json,
    _in_json_twice,
    repr,
    _escaped_by_slack,
    _with_smart_quotes,
    _with_prose_around,
    _behind_a_500,
    _in_a_grpc_header,
    _coloured,
)


@pytest.mark.parametrize("mangle", MANGLINGS, ids=lambda mangle: mangle.__name__.strip("_"))
def test_mangling_does_not_change_the_cause(mangle: Any) -> None:
    """What chat, logs and wrappers do to a text changes nothing about its cause."""
    changed = {
        case["id"]: found
        for case in (*CASES, *EXAMPLES)
        if (found := _first_cause(mangle(case["text"]))) != case["cause"]
    }
    assert changed == {}


@pytest.mark.parametrize("width", [60, 100])
def test_a_terminal_that_breaks_words_changes_few_causes(width: int) -> None:
    """Cut into boxes, words broken anywhere, at least nineteen of twenty texts are still explained."""
    wrong = [
        case["id"]
        for case in (*CASES, *EXAMPLES)
        if _first_cause(_boxed(case["text"], width)) != case["cause"]
    ]
    assert len(wrong) <= (len(CASES) + len(EXAMPLES)) // 20, wrong


def _boxed(text: str, width: int) -> str:
    rows = (line[at : at + width] for line in text.split("\n") for at in range(0, max(1, len(line)), width))
    return "\n".join(f"│ {row.ljust(width)} │" for row in rows)


def test_the_corpus_is_broad_and_clean() -> None:
    """At least 150 texts over most of the catalogue, none holding a credential, all naming known causes."""
    assert len(CASES) >= 150
    assert len({case["cause"] for case in CASES}) >= 45
    assert {case["cause"] for case in (*CASES, *EXAMPLES)} <= BY_ID.keys()
    assert not [case["id"] for case in (*CASES, *EXAMPLES) if redact(case["text"]) != case["text"]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n ",
        "hello, what is the weather like",
        "EACCES: permission denied, open '/home/node/.gemini/oauth_creds.json'",
        "other.PermissionDeniedError: Error code: 403 - {'error': {'type': 'forbidden', 'message': ''}}",
        '{"error": {"code": 500, "message": "Internal error encountered.", "status": "INTERNAL"}}',
        "403",
        '{"error": {"code": 403, "status": "PERMISSION_DENIED", "details": [{"reason": "NEW_IN_2027"}]}}',
        '{"candidates": [{"content": "The caller does not have permission.", "finishReason": "STOP"}]}',
    ],
)
def test_nothing_is_found_where_nothing_is_known(text: str) -> None:
    """Prose, other people's errors and reasons of the future get no cause invented for them."""
    assert diagnose(text).as_json()["findings"] == []
