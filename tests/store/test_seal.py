"""What is sealed opens with a key, for what it was sealed for, and no longer than it should."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from bot.errors import Misconfigured, NotFound
from bot.store.seal import Seal

OLD, NEW, STRANGE = (Fernet.generate_key().decode() for _ in range(3))


def test_what_was_sealed_is_read_again_and_not_seen() -> None:
    """The same text sealed twice does not even look alike."""
    seal = Seal(NEW)
    one, two = (seal.close("the text", "a token") for _ in range(2))

    assert "the text" not in one
    assert one != two
    assert seal.open(one, "a token") == "the text"


def test_it_is_read_as_nothing_else() -> None:
    """Put in another's place it does not open."""
    with pytest.raises(NotFound):
        Seal(NEW).open(Seal(NEW).close("the text", "T0ACME"), "T0BETA")


@pytest.mark.parametrize("broken", ["", "no token", "gAAAAA"])
def test_what_was_not_sealed_here_does_not_open(broken: str) -> None:
    """Also when it only looks like it."""
    for sealed in (broken, Seal(STRANGE).close("the text", "a token")):
        with pytest.raises(NotFound):
            Seal(NEW).open(sealed, "a token")


def test_two_keys_open_and_the_first_seals() -> None:
    """So a key is rotated: the new one in front, everything sealed anew, the old one away."""
    old, both = Seal(OLD), Seal(f"{NEW}, {OLD}\n")
    sealed = old.close("the text", "a token")

    assert both.open(sealed, "a token") == "the text"
    assert not both.is_fresh(sealed)
    assert both.is_fresh(both.close("the text", "a token"))


def test_what_is_too_old_does_not_open() -> None:
    """What carries a time of its own needs no store to forget it."""
    sealed = Fernet(NEW).encrypt_at_time(b"state\nx", current_time=1_000).decode()

    assert Seal(NEW).open(sealed, "state") == "x"
    with pytest.raises(NotFound):
        Seal(NEW).open(sealed, "state", timedelta(minutes=10))


@pytest.mark.parametrize(
    "keys", ["", " , ", "short", f"{NEW},short"], ids=["none", "a comma", "short", "one of two is short"]
)
def test_a_key_that_is_none_stops_the_start(keys: str) -> None:
    """And is not repeated in what is said of it."""
    with pytest.raises(Misconfigured) as refused:
        Seal(keys)

    assert "GEMINI_KEY_BOT_SEALING_KEYS" in str(refused.value)
    assert "short" not in str(refused.value)
