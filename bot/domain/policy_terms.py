"""The words that a policy is written in: spans, ids, and tables that know their keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.languages.catalogues import understood

_SPAN = re.compile(r"^(\d+)\s*(m|h|d)$")
LARGEST_NUMBER = 10_000
_UNIT = {"m": "minutes", "h": "hours", "d": "days"}


def span(value: object) -> object:
    """Read `30d`, `8h` or `45m`."""
    if isinstance(value, str):
        match = _SPAN.match(value.strip())
        if not match:
            raise ValueError("write a time span as a number with m, h or d, for example 30d")
        number = int(match[1])
        if number > LARGEST_NUMBER:
            raise ValueError(f"that is longer than {LARGEST_NUMBER}{match[2]}")
        return timedelta(**{_UNIT[match[2]]: number})
    return value


def regex(text: str) -> str:
    """Refuse what is no regular expression."""
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"that is no regular expression: {error}") from None
    return text


Span = Annotated[timedelta, BeforeValidator(span), Field(gt=timedelta(0))]
UserId = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]+$")]
UsergroupId = Annotated[str, Field(pattern=r"^S[A-Z0-9]+$")]
ChannelId = Annotated[str, Field(pattern=r"^[CG][A-Z0-9]+$")]
# As Slack and browsers name it: fr, fr-CA, zh-CN.
Language = Annotated[str, AfterValidator(understood)]
# A project's id, or a pattern of them with `*` and `?`.
ProjectPattern = Annotated[
    str, Field(pattern=r"^([a-z][a-z0-9-]{4,28}[a-z0-9]|[a-z0-9*?-]*[*?][a-z0-9*?-]*)$")
]
# Google: a label's value; every secret is labelled with its environment.
EnvironmentName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


class Rules(BaseModel):
    """A table of the policy file: read once, and a key that does not exist is a problem."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend; `loc` is the place, as pydantic names places."""

    loc: tuple[str | int, ...]
    message: str
