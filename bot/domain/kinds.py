"""The kinds of access to Gemini, and which one three answers lead to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a person can be given."""

    AUTH_KEY = "auth-key"
    VERTEX = "vertex"
    STANDARD_KEY = "standard-key"


class Where(StrEnum):
    """Where the program runs."""

    MACHINE = "machine"
    CLOUD = "cloud"
    CLIENT = "client"


class Have(StrEnum):
    """What is there already."""

    NOTHING = "nothing"
    KEY = "key"
    OLD_TOOL = "old-tool"


class Data(StrEnum):
    """Whose data the program reads."""

    PROGRAM = "program"
    USERS = "users"
    BOUND = "bound"


class Note(StrEnum):
    """What has to be said beside the recommendation."""

    ADOPT = "adopt"
    BACKEND = "backend"
    CONSENT = "consent"
    OLD_TOOL = "old-tool"
    VERTEX_OFF = "vertex-off"
    STANDARD_OFF = "standard-off"
    STANDARD_DYING = "standard-dying"


@dataclass(frozen=True, slots=True)
class Answers:
    """The three answers."""

    where: Where
    have: Have
    data: Data


@dataclass(frozen=True, slots=True)
class Advice:
    """What to ask for; `notes` in the order in which they matter."""

    kind: Kind
    notes: tuple[Note, ...] = ()


def recommend(answers: Answers, allowed: frozenset[Kind]) -> Advice:
    """Choose a kind: identity where Google can give one, else a bound key; never what policy forbids."""
    kind, notes = _first_choice(answers)
    if kind not in allowed:
        notes.append(Note.VERTEX_OFF if kind is Kind.VERTEX else Note.STANDARD_OFF)
        kind = Kind.AUTH_KEY
    if kind is Kind.STANDARD_KEY:
        notes.append(Note.STANDARD_DYING)
    if answers.have is Have.KEY:
        notes.append(Note.ADOPT)
    if answers.where is Where.CLIENT:
        notes.append(Note.BACKEND)
    if answers.data is Data.USERS:
        notes.append(Note.CONSENT)
    return Advice(kind, tuple(notes))


def _first_choice(answers: Answers) -> tuple[Kind, list[Note]]:
    """Choose as if the policy allowed everything."""
    if answers.data is Data.BOUND or answers.where is Where.CLOUD:
        return Kind.VERTEX, [Note.OLD_TOOL] if answers.have is Have.OLD_TOOL else []
    return (Kind.STANDARD_KEY if answers.have is Have.OLD_TOOL else Kind.AUTH_KEY), []
