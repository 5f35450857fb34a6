"""Buttons, titles and choices are read whole in every language: Slack cuts or refuses what is too long."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING

import pytest

from tests.languages.places import limited

if TYPE_CHECKING:
    from babel.messages import Catalog

LIMITED = limited()
# How long a value is that is usual and not short; Google: a project's id has 6 to 30 characters.
USUAL = {"id": 7, "key": 7, "n": 3, "project": 20, "name": 20, "environment": 11, "account": 36, "time": 12}
OTHERS = 12


def length(text: str) -> int:
    """Count a sentence with usual values in its places."""
    return sum(
        len(literal) + (USUAL.get(name, OTHERS) if name is not None else 0)
        for literal, name, _, _ in Formatter().parse(text)
    )


@pytest.mark.parametrize(
    ("sentence", "most"),
    [
        ("Request a Gemini key", 24),
        ("Open in Secret Manager", 75),
        ("Send request", 24),
        ("Choose a project", 150),
        ("Keep it", 30),
        ("Approve key request {id} from {name}", 75),
        ("Vertex AI without a key", 75),
        ("Switch the API on", 30),
        ("Renew {id}", 24),
        ("The bot can't see this project", 75),
        ("A tool that takes only keys beginning with AIza", 75),
        ("Correct what the key of {key} may be used for.", 300),
        ("{name} gets a key for {project}. It is valid for {time}.", 300),
    ],
)
def test_the_places_are_found(sentence: str, most: int) -> None:
    """The source is read for what becomes a button, a title or a choice; these are some of each kind."""
    assert LIMITED[sentence] == most


def test_english_fits() -> None:
    """The language that everybody falls back to is within the limits."""
    assert {said: most for said, most in LIMITED.items() if length(said) > most} == {}


def test_every_language_fits(catalogue: Catalog) -> None:
    """No title, button or choice is cut."""
    long = [
        (text, length(text), LIMITED[said])
        for message in catalogue
        for said in (message.id if isinstance(message.id, tuple) else (message.id,))
        for text in (message.string if isinstance(message.string, tuple) else (message.string,))
        if length(text) > LIMITED.get(said, 10_000)
    ]

    assert long == []
