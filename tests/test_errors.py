"""An error is a sentence that can still be translated."""

import copy
import pickle
from collections.abc import Callable

import pytest

from bot.errors import BotError, Conflict, Misconfigured, NotFound, Refused, Unavailable

KINDS = (Refused, Conflict, NotFound, Unavailable, Misconfigured)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_reads_as_an_english_sentence_and_keeps_its_parts(kind: type[BotError]) -> None:
    """str() is for people, template and values are for the translator."""
    error = kind("{id} was decided by {who}.", id="GK-7F3K", who="Ada")

    assert str(error) == "GK-7F3K was decided by Ada."
    assert error.template == "{id} was decided by {who}."
    assert error.values == {"id": "GK-7F3K", "who": "Ada"}
    assert isinstance(error, BotError)


@pytest.mark.parametrize(
    "template", ["{id} is gone", "odd { brace", "{}", "{who.name}", "{who[0]}", "{who:d}"]
)
def test_a_sentence_that_cannot_be_filled_is_said_as_it_is(template: str) -> None:
    """A broken sentence must not replace the error it describes by another one."""
    assert str(Refused(template, who="Ada")) == template


def test_a_sentence_cannot_reach_into_its_values() -> None:
    """A placeholder names a value; it never walks to attributes, where secrets may live."""
    assert str(Refused("{who.__class__}", who="Ada")) == "{who.__class__}"


def test_braces_in_a_value_are_plain_text() -> None:
    """What a person typed is never read as a template."""
    assert str(NotFound("I don't know {id}.", id="{template}")) == "I don't know {template}."


@pytest.mark.parametrize("again", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_survives_the_way_through_a_job_queue(again: Callable[[Conflict], Conflict]) -> None:
    """Jobs pickle their errors; kind, sentence and values arrive."""
    error = again(Conflict("{id} is not waiting.", id="GK-7F3K"))

    assert isinstance(error, Conflict)
    assert str(error) == "GK-7F3K is not waiting."
    assert error.values == {"id": "GK-7F3K"}


def test_a_value_may_be_called_template() -> None:
    """No placeholder name is taken."""
    assert str(Refused("Unknown template {template}.", template="x")) == "Unknown template x."
