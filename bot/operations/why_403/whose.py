"""Whose keys and which project a case is about: answered by the records, before Google is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.naming import model_of
from bot.diagnosis.probes import Reading, RecordedKey, Subject
from bot.domain import names
from bot.domain.key_request import State
from bot.domain.names import GEMINI
from bot.operations.why_403.look import Looked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.diagnosis.case import Case
    from bot.diagnosis.error import ApiError
    from bot.domain.key_request import KeyRequest

MOST_KEYS = 5
_ENDED = frozenset({State.EXPIRED, State.REVOKED})


def recorded_keys(mine: Sequence[KeyRequest], chosen: str = "") -> tuple[RecordedKey, ...]:
    """List the asker's live keys, newest first, or the chosen one; those that ended only when none lives."""
    if chosen:
        mine = [request for request in mine if request.id == chosen]
    live = [_key(request) for request in mine if request.state is State.ACTIVE]
    ended = [_key(request) for request in mine if request.state in _ENDED and request.key_uid]
    return tuple((live or ended)[:MOST_KEYS])


def _key(request: KeyRequest) -> RecordedKey:
    return RecordedKey(
        request_id=request.id,
        project_id=request.project_id,
        project_number=request.project_number,
        key_id=names.key_id(request),
        uid=request.key_uid,
        # An adopted key is in no secret, and bound to nobody that we know of.
        secret_id="" if request.in_place else names.secret_id(request),
        account="" if request.in_place else names.account_email(request),
        member=request.requester.member,
        live=request.state is State.ACTIVE,
        billing_required=request.billing_required,
    )


def bare(consumer: str) -> str:
    """Return a project's bare id or number."""
    return consumer.removeprefix("projects/").strip("\"'` ")


def named(error: ApiError) -> str:
    """Return the project that the error names, bare; empty when none."""
    return bare(error.consumer or "")


def subjects(
    error: ApiError, project: str, *, named: bool, keys: Sequence[RecordedKey]
) -> tuple[Subject, ...]:
    """List what to look at: each key that the call may have been made with, else the project alone.

    Keys of other projects than the one in the error say nothing about the error.
    """
    service = error.service if (error.service or "").endswith(".googleapis.com") else GEMINI
    model = model_of(error)
    candidates = [key for key in keys if key.lives_in(project)] if named else list(keys)
    if not candidates:
        return (Subject(project=project, service=service or GEMINI, model=model),)
    return tuple(
        Subject(project=key.project_id, service=service or GEMINI, model=model, key=key) for key in candidates
    )


def comparison(
    case: Case, project: str, keys: Sequence[RecordedKey], all_keys: Sequence[RecordedKey]
) -> dict[str, object]:
    """Compare the error with the records: known only where there is something on both sides.

    `keys` may be one that the person chose out of `all_keys`.
    """
    known: dict[str, object] = {}
    if case.parsed is None or not keys:
        return known
    consumer = bare(case.parsed.consumer or "")
    if consumer:
        known["consumer_is_mine"] = _one_lives_in(keys, consumer, project)
        if case.request_id and _one_lives_in(all_keys, consumer, project):
            known["another_key_is"] = True
    if case.parsed.service:
        known["service_is_mine"] = case.parsed.service == GEMINI
    return known


def _one_lives_in(keys: Sequence[RecordedKey], consumer: str, project: str) -> bool:
    return any(key.lives_in(consumer) or key.lives_in(project) for key in keys)


def told(case: Case) -> Looked:
    """Take what somebody who may look pasted; only where the bot itself may not."""
    if not case.told:
        return Looked({}, ())
    about = bare((case.parsed and case.parsed.consumer) or "")
    reading = Reading(call="gcloud", about=about, at=case.asked_at, facts=tuple(case.told))
    return Looked(case.told, (reading,))
