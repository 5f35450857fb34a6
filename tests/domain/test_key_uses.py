"""What may be said of a key's use: only what Google told, and nothing about what it cannot know yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.key_request import Retiring
from bot.domain.key_uses import SPAN, KeyUses, quiet_since
from tests.support.people import DAY, HOUR, NOW, active

AT = NOW + 10 * DAY
KEY = active(key_uid="new", live_since=NOW)


def told(**last: int) -> KeyUses:
    """Say of some keys how many days before the look they were called last."""
    return KeyUses(project_id="acme-ml-dev", at=AT, last={uid: AT - days * DAY for uid, days in last.items()})


def test_a_key_that_was_called_is_quiet_since_then() -> None:
    """The day of the last call ends when the quiet begins; one of today has not begun."""
    assert quiet_since(told(new=3), KEY) == AT - 3 * DAY
    assert quiet_since(told(new=0), KEY) == AT


def test_a_key_that_nobody_called_is_quiet_since_it_lives() -> None:
    """But nobody looked farther back than thirty days."""
    assert quiet_since(told(another=0), KEY) == NOW
    assert quiet_since(told(), replace(KEY, live_since=NOW - 100 * DAY)) == AT - SPAN


@pytest.mark.parametrize(
    ("uses", "key"),
    [
        (None, KEY),
        (told(), replace(KEY, live_since=None)),
        (told(), replace(KEY, live_since=AT - timedelta(minutes=29))),
        (told(), replace(KEY, key_uid="")),
        (told(new=1), replace(KEY, ending=KEY.approvals[0])),
    ],
    ids=["never looked", "not live yet", "too young", "key unknown", "ending"],
)
def test_nothing_is_said_of_what_is_not_known(uses: KeyUses | None, key: object) -> None:
    """Silence of Google's is no sign that a key is unused."""
    assert quiet_since(uses, key) is None  # type: ignore[arg-type]


def test_during_a_rotation_the_old_keys_calls_count() -> None:
    """The holder's program still calls with the key that retires."""
    old = Retiring(rotation=1, key_uid="old", secret_version="1", since=NOW + HOUR)

    assert quiet_since(told(old=1), replace(KEY, retiring=(old,))) == AT - DAY
