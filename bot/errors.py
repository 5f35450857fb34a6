"""Name what can go wrong in sentences for the person, before any language is chosen.

A front end says an error in the person's language with `words(error.template, **error.values)`.
"""

# ruff: noqa: N818 - a name says what happened to the person, not that a program failed
from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class _PlainNames(Formatter):
    """Fill `{name}` and nothing cleverer: a catalogue must not reach into objects with `{name.attribute}`."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        return kwargs[field_name], field_name


_FORMATTER = _PlainNames()


def fill(template: str, values: Mapping[str, object]) -> str | None:
    """Put values into `{name}` placeholders; `None` when the template asks for what is not there."""
    try:
        return _FORMATTER.vformat(template, (), values)
    except (LookupError, TypeError, ValueError):
        return None


class BotError(Exception):
    """Tell a person what went wrong; `str()` is the English sentence.

    `template` is that sentence with `{name}` placeholders and is the message id in the catalogues;
    `values` fills them and must never hold a secret.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(template)
        self.template = template
        self.values = values

    def __str__(self) -> str:
        said = fill(self.template, self.values)
        return self.template if said is None else said


class Refused(BotError):
    """Say that a rule does not allow it."""


class Conflict(BotError):
    """Say that somebody was first, or that it changed meanwhile."""


class NotFound(BotError):
    """Say that there is no such thing."""


class Unavailable(BotError):
    """Say that Redis or Google could not be reached; trying again later may work."""


class Misconfigured(BotError):
    """Say which setting or policy line is wrong, and what it should be."""
