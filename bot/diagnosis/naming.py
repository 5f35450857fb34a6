"""The values that fill the sentences: names out of an error, in words for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.envelope.service import AI_STUDIO, CODE_ASSIST, COMPANION, FIREBASE_AI, GEMINI, VERTEX
from bot.languages.words import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.diagnosis.error import ApiError
    from bot.languages.words import Words

TITLES = {
    GEMINI: N_("The Gemini API"),
    VERTEX: "Vertex AI",
    COMPANION: "Gemini for Google Cloud",
    CODE_ASSIST: "Gemini Code Assist",
    FIREBASE_AI: "Firebase AI Logic",
    AI_STUDIO: "AI Studio",
}
# What stands for a name that the error does not give; unlike names, these are translated.
THE_API, AN_API = N_("the API"), N_("The API")
THE_PROJECT, A_PERMISSION = N_("the project"), N_("a permission")
NO_REASON, IN_THE_ERROR = N_("none"), N_("in the error")
PLAIN = frozenset({TITLES[GEMINI], THE_API, AN_API, THE_PROJECT, A_PERMISSION, NO_REASON, IN_THE_ERROR})
_PERMISSION = re.compile(r"\b([a-z][a-z\-]{1,40}\.[a-zA-Z]{2,60}\.[a-zA-Z]{2,60})\b")
_UID = re.compile(r"(?i)vpcservicecontrolsuniqueidentifier:? ([\w\-]{6,100})")
_MODEL = re.compile(r"\bmodels?[/ ]([a-z][\w.\-]{2,60}[a-z0-9])")
_LONGEST = 120


def plain(words: Words, values: Mapping[str, str]) -> dict[str, str]:
    """Say what stands for a missing name in the reader's language; every other value is what it is."""
    return {name: words(value) if value in PLAIN else str(value) for name, value in values.items()}


def values_of(error: ApiError) -> dict[str, str]:
    """Return every value a sentence may ask for; what the error does not name gets a plain word."""
    project = (error.consumer or "").removeprefix("projects/").strip()
    permission = error.metadata.get("permission") or _first(_PERMISSION, error.message)
    values = {
        "service": error.service or THE_API,
        "service_title": TITLES.get(error.service or "", error.service or AN_API),
        "project": project or THE_PROJECT,
        "consumer": error.consumer or THE_PROJECT,
        "permission": permission or A_PERMISSION,
        "reason": error.reason or NO_REASON,
        "uid": error.metadata.get("uid") or _first(_UID, error.message) or IN_THE_ERROR,
    }
    return {name: value[:_LONGEST] for name, value in values.items()}


def model_of(error: ApiError) -> str:
    """Return the model that the error names, without `models/`; empty when it names none."""
    return _first(_MODEL, error.message).removeprefix("models/")


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
