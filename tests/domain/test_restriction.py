"""From where a key may be used, as people write it and as a policy demands it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import names
from bot.domain.holding import HeldKey, HeldSecret, rebuild
from bot.domain.restriction import MOST, Restriction, read
from bot.errors import Refused
from tests.support.people import NOW, active


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Restriction()),
        ("  \n ", Restriction()),
        ("198.51.100.0/24", Restriction(ips=("198.51.100.0/24",))),
        ("198.51.100.7, 2001:db8::/32\n198.51.100.7", Restriction(ips=("198.51.100.7", "2001:db8::/32"))),
        ("https://*.example.com/*", Restriction(referrers=("https://*.example.com/*",))),
        ("example.com app.example.com/x", Restriction(referrers=("example.com", "app.example.com/x"))),
    ],
)
def test_what_is_written_is_understood(text: str, expected: Restriction) -> None:
    """Addresses, ranges and pages, however they are separated, each once."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0.0.0.0/0", "nearly everywhere"),
        ("::/0", "nearly everywhere"),
        ("10.0.0.0/7", "nearly everywhere"),
        ("300.1.1.1", "neither an address"),
        ("*", "neither an address"),
        ("<!channel>", "neither an address"),
        ("198.51.100.1 example.com", "not both"),
        (" ".join(f"198.51.100.{n}" for n in range(MOST + 1)), "at most 20"),
    ],
)
def test_what_restricts_nothing_is_refused(text: str, said: str) -> None:
    """Everywhere is no address, nonsense is named, and Google takes one kind."""
    with pytest.raises(Refused, match=said):
        read(text)


@given(st.text(max_size=200))
def test_no_text_gets_past_or_crashes(text: str) -> None:
    """Whatever is written: a restriction of one kind, or a refusal in words."""
    try:
        found = read(text)
    except Refused:
        return
    assert not (found.ips and found.referrers)


@pytest.mark.parametrize(
    ("demand", "ips", "referrers", "nothing"),
    [
        ("none", True, True, True),
        ("optional", True, True, True),
        ("ip", True, False, False),
        ("referrer", False, True, False),
        ("either", True, True, False),
    ],
)
def test_a_demand_is_met_or_not(demand: str, *, ips: bool, referrers: bool, nothing: bool) -> None:
    """Each demand knows what satisfies it."""
    by_ip, by_page = Restriction(ips=("198.51.100.1",)), Restriction(referrers=("example.com",))

    assert [r.meets(demand) for r in (by_ip, by_page, Restriction())] == [ips, referrers, nothing]  # type: ignore[arg-type]


def test_a_rebuilt_record_keeps_it() -> None:
    """What Google was told to allow comes back with the record, so that the next rotation allows no more."""
    allowed = Restriction(ips=("198.51.100.0/24", "2001:db8::/32"))
    request = active(restriction=allowed)
    notes = names.annotations_for(request)
    key = HeldKey(
        project_id=request.project_id,
        key_id=names.key_id(request),
        uid="uid",
        created_at=NOW,
        annotations=notes,
    )
    secret = HeldSecret(
        project_id=request.project_id,
        secret_id=names.secret_id(request),
        created_at=NOW,
        annotations=notes,
        versions=("1",),
    )

    rebuilt = rebuild([key], secret, "100000000001")

    assert rebuilt is not None
    assert rebuilt.restriction == allowed
