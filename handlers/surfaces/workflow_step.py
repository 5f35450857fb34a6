"""The custom step "Request a Gemini key": what it takes, what it gives, and what its end looks like."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.domain import names
from bot.domain.key_request import Draft, State
from bot.domain.kinds import Kind
from bot.domain.rules import Invalid
from handlers.surfaces import deny_modal
from handlers.surfaces.telling import titled
from handlers.surfaces.text import brief

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words

CALLBACK_ID = "request_gemini_key"
PERSON, PROJECT, ENVIRONMENT, PURPOSE, DAYS = "person", "project", "environment", "purpose", "days"
LONGEST_DAYS = 10_000
# Where a request stays until somebody does something; all other states end the step.
_WAITING = frozenset({State.PENDING, State.APPROVED, State.PROVISIONING})


def _parameter(type_: str, title: str, description: str, *, required: bool = True) -> dict[str, Any]:
    return {"type": type_, "title": title, "description": description, "is_required": required}


# Slack reads it from the app manifest, in one language.
DEFINITION: Final = {
    "title": "Request a Gemini key",
    "description": "Ask for a Google Gemini key; the step ends when it is ready, or was refused.",
    "input_parameters": {
        PERSON: _parameter("slack#/types/user_id", "Person", "Who gets the key"),
        PROJECT: _parameter("string", "Project", "A Google Cloud project's id from the policy"),
        ENVIRONMENT: _parameter("string", "Environment", "For example dev"),
        PURPOSE: _parameter("string", "Purpose", "What it is for; approvers read this"),
        DAYS: _parameter("integer", "Days", "How long the key lives: one of the policy's times"),
    },
    "output_parameters": {
        "request_id": _parameter("string", "Request", "Its id, like GK-7F3K"),
        "state": _parameter("string", "State", "active"),
        "secret_link": _parameter("string", "Link", "Where the person reads the key", required=False),
    },
}


def person(inputs: Mapping[str, Any]) -> str:
    """Read who gets the key."""
    return str(inputs.get(PERSON) or "")


def read(inputs: Mapping[str, Any]) -> Draft:
    """Read what is asked for; the policy looks at it as at a form."""
    days = str(inputs.get(DAYS, ""))
    if not days.isdecimal() or not 0 < int(days) <= LONGEST_DAYS:
        raise Invalid("lifetime", "Choose how long you need the key.")
    return Draft(
        project_id=str(inputs.get(PROJECT) or "").strip(),
        environment=str(inputs.get(ENVIRONMENT) or "").strip(),
        purpose=str(inputs.get(PURPOSE) or ""),
        lifetime=timedelta(days=int(days)),
    )


def outputs(request: KeyRequest, console: str) -> dict[str, str]:
    """Give the next steps what they may need: never the key."""
    found = {"request_id": request.id, "state": request.state.value}
    if request.kind is Kind.VERTEX:
        return found
    return {**found, "secret_link": names.console_page(request, console)}


def waits(request: KeyRequest) -> bool:
    """Tell whether the step still waits."""
    return request.state in _WAITING


def refusal(words: Words, request: KeyRequest) -> str:
    """Say why there is no key; Slackbot tells it to whoever runs the workflow."""
    match request.state:
        case State.DENIED:
            reason = brief(deny_modal.said(words, request.closed.reason)) if request.closed else ""
            return words("{id} was denied: {reason}", id=request.id, reason=reason)
        case State.WITHDRAWN:
            return words("{id} was withdrawn.", id=request.id)
        case State.LAPSED:
            return words("{id} is over: nobody decided in time.", id=request.id)
        case State.FAILED:
            title = titled(words, request.failure)
            return words("The key of {id} could not be made: {title}", id=request.id, title=title)
    return words("The key of {id} has ended already.", id=request.id)
