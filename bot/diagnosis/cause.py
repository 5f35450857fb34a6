"""A cause is one value: how to recognise it, how to confirm it, what to say, what to do, who can."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.diagnosis.facts import Unknown
from bot.errors import fill
from bot.languages.words import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.diagnosis.error import ApiError
    from bot.diagnosis.facts import Facts

_SHELL_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/,\-]*")


class Fixer(StrEnum):
    """Who can carry out a fix."""

    REQUESTER = "requester"
    BOT = "bot"
    PROJECT_OWNER = "project owner"
    ORG_ADMIN = "organization admin"
    WORKSPACE_ADMIN = "workspace admin"
    BILLING_ADMIN = "billing admin"
    GOOGLE = "Google"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A whole English sentence with {places}: translate `template` first, then fill it with `values`."""

    template: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return fill(self.template, self.values) or self.template


@dataclass(frozen=True, slots=True)
class Fix:
    """What to do: `needs` is the IAM permission, `effective` when it works, `command` a shell template."""

    words: str
    needs: str = ""
    effective: str = N_("at once")
    command: str = ""

    def command_for(self, values: Mapping[str, str]) -> str:
        """Fill the command; a value that is not plainly shell-safe stays a placeholder to replace."""
        if not self.command:
            return ""
        safe = {key: value if _SHELL_SAFE.fullmatch(value) else key.upper() for key, value in values.items()}
        return fill(self.command, safe) or ""


@dataclass(frozen=True, slots=True)
class Usual:
    """What Google always sends with this cause, for texts that lost it; None where it varies.

    `canonical` is False when the answer has no google.rpc.Code: a web page, or a proxy. `sender` is True when
    always that service answers, so that other services in the text are what it was asked about.
    """

    http: int | None = None
    status: str | None = None
    reason: str | None = None
    service: str | None = None
    canonical: bool = True
    sender: bool = False


def unconfirmable(facts: Facts) -> str | None:
    """Have no opinion: no API tells about this cause."""
    raise Unknown("nothing to read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason why a call fails.

    `confirm` returns the evidence as a sentence, None when the facts rule the cause out, and raises `Unknown`
    when they could not be read; `reads` names the facts it asks for. When several causes recognise one error,
    those named in `yields_to` win. `beside` names a cause that this one accompanies as second possibility.
    A cause that `needs_proof` shows only when the facts confirm it.
    """

    id: str
    title: str
    recognise: Callable[[ApiError], bool]
    explain: str
    fix: Fix
    fixers: tuple[Fixer, ...]
    fires_on: tuple[ApiError, ...]
    docs: str = "https://ai.google.dev/gemini-api/docs/troubleshooting"
    usual: Usual = Usual()
    reads: tuple[str, ...] = ()
    confirm: Callable[[Facts], str | None] = unconfirmable
    yields_to: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    needs_proof: bool = False
