"""Texts that were labelled before the engine saw them, of all shapes, and errors that are not Google's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.diagnosis.catalogue import BY_ID
from bot.diagnosis.why import diagnose
from bot.domain.redact import redact
from tests.diagnosis.test_corpus import MANGLINGS

HERE = Path(__file__).parent
FIELD: list[dict[str, Any]] = [
    case
    for name in ("field.json", "threads.json")
    for case in json.loads((HERE / name).read_text(encoding="utf-8"))
]
GOOGLES = [case for case in FIELD if case["cause"]]
OTHERS = [case for case in FIELD if not case["cause"]]
READ = ("http", "status", "reason", "service", "consumer")


def _answer(text: str) -> dict[str, object]:
    """Read a text into the labelled fields."""
    found = diagnose(text)
    parsed: Any = found.as_json()["parsed"]
    return {**parsed, "cause": found.best.cause.id if found.best else None}


def _wrong(cases: list[dict[str, Any]], field: str) -> list[str]:
    return [case["id"] for case in cases if _answer(case["text"])[field] != case[field]]


@pytest.mark.parametrize("field", [*READ, "cause"])
def test_every_field_is_read_as_it_was_labelled(field: str, record_property: Any) -> None:
    """The accuracy of each field stands in the report, and is whole."""
    wrong = _wrong(GOOGLES, field)
    record_property("accuracy", 1 - len(wrong) / len(GOOGLES))
    print(f"{field}: {len(GOOGLES) - len(wrong)} of {len(GOOGLES)}")  # noqa: T201 - pytest -rP shows it

    assert wrong == []


@pytest.mark.parametrize("case", OTHERS, ids=lambda case: case["id"])
def test_an_error_that_is_not_googles_gets_no_cause(case: dict[str, Any]) -> None:
    """Other companies' refusals get no cause of Google's, and are not laid at a Google service's door."""
    answer = _answer(case["text"])

    assert answer["cause"] is None
    assert answer["reason"] is None


@pytest.mark.parametrize("mangle", MANGLINGS, ids=lambda mangle: mangle.__name__.strip("_"))
def test_mangling_changes_no_cause(mangle: Any) -> None:
    """What chat, logs and wrappers do to a text changes nothing about its cause."""
    assert [c["id"] for c in FIELD if _answer(mangle(c["text"]))["cause"] != c["cause"]] == []


def test_the_corpus_covers_the_catalogue() -> None:
    """Over 400 texts of Google's and many that are not, of all causes that can be told from a text alone."""
    named = {case["cause"] for case in GOOGLES}

    assert len(GOOGLES) >= 400
    assert len(OTHERS) >= 100
    assert named <= BY_ID.keys()
    assert len(named) >= 60
    assert len({case["id"] for case in FIELD}) == len(FIELD)
    assert not [case["id"] for case in FIELD if redact(case["text"]) != case["text"]]


def test_a_log_of_many_kinds_of_failure_is_no_documentation() -> None:
    """Documentation goes through the codes in their order; a program meets them as they come."""
    log = (
        "12:00:01 ERROR 429 RESOURCE_EXHAUSTED quota exceeded\n"
        "12:00:02 ERROR 504 DEADLINE_EXCEEDED\n"
        "12:00:03 ERROR 400 INVALID_ARGUMENT bad field\n"
        "12:00:04 ERROR 403 PERMISSION_DENIED Your API key was reported as leaked.\n"
    )

    assert _answer(log)["cause"] == "key-leaked"


def test_an_expired_certificate_is_known_by_its_code_alone() -> None:
    """OpenSSL's word in Node says no more than that."""
    assert _answer("Error: CERT_HAS_EXPIRED at generativelanguage.googleapis.com")["cause"] == (
        "certificate-not-trusted"
    )
