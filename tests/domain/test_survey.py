"""What is risky about a key that others made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.names import GEMINI
from bot.domain.survey import IDLE, OLD, FoundKey, Risk, survey
from tests.support.people import DAY, NOW


def key(**changes: Any) -> FoundKey:
    """A good key: bound, restricted, young and called."""
    good: dict[str, Any] = {
        "key_id": "k",
        "uid": "u",
        "display_name": "Summaries",
        "created_at": NOW - DAY,
        "service_account": "sa@acme-ml-dev.iam.gserviceaccount.com",
        "services": (GEMINI,),
        "calls": 3,
    }
    return FoundKey(**(good | changes))


@pytest.mark.parametrize(
    ("changes", "risks"),
    [
        ({}, ()),
        ({"service_account": ""}, (Risk.UNBOUND,)),
        ({"services": ()}, (Risk.UNRESTRICTED,)),
        ({"services": (GEMINI, "translate.googleapis.com")}, (Risk.TOO_WIDE,)),
        ({"created_at": NOW - IDLE - DAY, "calls": 0}, (Risk.IDLE,)),
        ({"created_at": NOW - DAY, "calls": 0}, ()),
        ({"created_at": NOW - IDLE - DAY, "calls": None}, ()),
        ({"created_at": NOW - OLD - timedelta(seconds=1)}, (Risk.OLD,)),
    ],
)
def test_each_risk_is_seen_alone(changes: dict[str, Any], risks: tuple[Risk, ...]) -> None:
    """A young key is not idle, and usage that could not be read says nothing."""
    assert key(**changes).risks(NOW) == risks


def test_an_owner_is_guessed_only_where_something_says_so() -> None:
    """What we wrote on a key goes before an address in its name; else nobody is named."""
    assert key().owner_guess == ""
    assert key(display_name="for ada@acme.test (tests)").owner_guess == "ada@acme.test"
    assert key(display_name="for ada@acme.test", holder="grace@acme.test").owner_guess == "grace@acme.test"


def test_keys_for_other_apis_are_left_out_and_the_riskiest_come_first() -> None:
    """A translation key is none of ours; progress counts bound and restricted keys."""
    maps = key(key_id="maps", services=("translate.googleapis.com",))
    wild = key(key_id="wild", services=(), service_account="")

    claimed = key(key_id="claimed", services=(), service_account="", request_id="GK-7F3K")

    found = survey("acme-ml-dev", [claimed, key(), maps, wild], NOW)

    assert [one.key_id for one in found.keys] == ["wild", "k", "claimed"], "what has an owner comes last"
    assert found.bound == 1
