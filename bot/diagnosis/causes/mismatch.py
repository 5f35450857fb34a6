"""The error is about another project or service than the key that the person thinks he uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.cause import Cause, Fix, Fixer
from bot.diagnosis.causes.project import is_placeholder, project_of
from bot.diagnosis.envelope.service import CODE_ASSIST, COMPANION, FIREBASE_AI, VERTEX
from bot.diagnosis.error import ApiError
from bot.diagnosis.facts import Unknown
from bot.diagnosis.signs import all_of, none_of
from bot.languages.words import N_

if TYPE_CHECKING:
    from bot.diagnosis.facts import Facts

# What people take for the Gemini API, and what none of its keys opens.
_SISTERS = frozenset({VERTEX, COMPANION, CODE_ASSIST, FIREBASE_AI})


def _of_another_project(facts: Facts) -> str | None:
    if facts.the("consumer_is_mine", bool):
        return None
    if _another_is(facts):
        return N_(
            "You chose a key of another project than the error is of; another key of yours is of that one."
        )
    if _are_silent(facts):
        return N_(
            "None of your recorded keys belongs to the project in the error. Cloud Monitoring counts no call "
            "with any of them in the last day."
        )
    return N_("None of your recorded keys belongs to the project in the error.")


def _of_another_service(facts: Facts) -> str | None:
    if facts.the("service_is_mine", bool):
        return None
    if _are_silent(facts):
        return N_(
            "Your recorded keys are for the Gemini API; the error is from another service. Cloud Monitoring "
            "counts no call with any of them in the last day."
        )
    return N_("Your recorded keys are for the Gemini API; the error is from another service.")


def _another_is(facts: Facts) -> bool:
    """Tell whether the program uses another of the person's keys than the one he thinks."""
    try:
        return facts.the("another_key_is", bool)
    except Unknown:
        return False


def _are_silent(facts: Facts) -> bool:
    """Support a mismatch: a key that nobody uses is not the one that the program reads."""
    try:
        return not facts.the("key_used", bool)
    except Unknown:
        return False


KEY_OF_ANOTHER_PROJECT = Cause(
    id="key-of-another-project",
    title="The call was counted for {project}, and your key is not of that project",
    recognise=all_of(lambda error: bool(project_of(error)), none_of(is_placeholder)),
    explain="The program uses another key or login than the one you were given here.",
    fix=Fix("Check which key the program really reads: GOOGLE_API_KEY wins over GEMINI_API_KEY."),
    fixers=(Fixer.REQUESTER,),
    reads=("consumer_is_mine", "another_key_is", "key_used"),
    confirm=_of_another_project,
    needs_proof=True,
    fires_on=(ApiError(403, consumer="projects/somebody-elses"),),
)

CALL_TO_ANOTHER_SERVICE = Cause(
    id="call-to-another-service",
    title="The error is from {service}, which your key is not for",
    recognise=lambda error: error.service in _SISTERS,
    explain="The program did not call the Gemini API with your key but a sister service with a login.",
    fix=Fix(
        "Let the program use the key: set GEMINI_API_KEY, unset GOOGLE_GENAI_USE_VERTEXAI and "
        "GOOGLE_CLOUD_PROJECT, and choose “API key” where a tool asks how to log in."
    ),
    fixers=(Fixer.REQUESTER,),
    reads=("service_is_mine", "key_used"),
    confirm=_of_another_service,
    needs_proof=True,
    fires_on=(ApiError(403, service=VERTEX),),
)

CAUSES = (KEY_OF_ANOTHER_PROJECT, CALL_TO_ANOTHER_SERVICE)
