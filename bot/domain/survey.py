"""All keys of a project, whoever made them: whose they may be, and what is risky about each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.names import GEMINI
from bot.domain.restriction import ANYWHERE, Restriction

IDLE, OLD = timedelta(days=30), timedelta(days=180)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class Risk(StrEnum):
    """What is wrong with a key, worst first."""

    UNBOUND = "unbound"
    UNRESTRICTED = "unrestricted"
    TOO_WIDE = "too-wide"
    IDLE = "idle"
    OLD = "old"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundKey:
    """One key as Google shows it; `request_id` names the request that it belongs to, if it is ours.

    `calls` are those to the Gemini API in the last 30 days, `other_calls` those to any other API; None where
    usage could not be read. `restriction` is what Google lets through, as far as we could ask for it too.
    """

    key_id: str
    uid: str
    display_name: str
    created_at: datetime
    service_account: str = ""
    services: tuple[str, ...] = ()
    request_id: str = ""
    holder: str = ""
    calls: int | None = None
    other_calls: int | None = None
    restriction: Restriction = ANYWHERE

    @property
    def concerns_gemini(self) -> bool:
        """Whether the Gemini API would take it: an unrestricted key opens every API of the project."""
        return not self.services or GEMINI in self.services

    @property
    def owner_guess(self) -> str:
        """Guess whose it is: written on it by us, or an address in its name; empty when nothing says so."""
        found = _ADDRESS.search(self.display_name)
        return self.holder or (found[0] if found else "")

    def risks(self, now: datetime) -> tuple[Risk, ...]:
        """List what is wrong with it."""
        tests = {
            Risk.UNBOUND: not self.service_account,
            Risk.UNRESTRICTED: not self.services,
            Risk.TOO_WIDE: len(self.services) > 1,
            Risk.IDLE: self.calls == 0 and not self.other_calls and now - self.created_at > IDLE,
            Risk.OLD: now - self.created_at > OLD,
        }
        return tuple(risk for risk, found in tests.items() if found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The living keys of a project that concern Gemini: those of nobody here first, riskiest first."""

    project_id: str
    at: datetime
    keys: tuple[FoundKey, ...]

    def key(self, key_id: str) -> FoundKey | None:
        """Find one of them."""
        return next((key for key in self.keys if key.key_id == key_id), None)

    @property
    def bound(self) -> int:
        """Count the keys that are bound and restricted: the others are what is left to migrate."""
        unsafe = {Risk.UNBOUND, Risk.UNRESTRICTED}
        return sum(not unsafe & set(key.risks(self.at)) for key in self.keys)


def survey(project_id: str, found: list[FoundKey], at: datetime) -> Survey:
    """Leave out what Gemini would not take; put what has no owner here first, and of that the riskiest."""
    keys = sorted(
        (key for key in found if key.concerns_gemini),
        key=lambda key: (bool(key.request_id), -len(key.risks(at)), key.created_at, key.key_id),
    )
    return Survey(project_id=project_id, at=at, keys=tuple(keys))
