"""Write records down as the API shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.naming import plain
from bot.domain import names
from bot.http_api import shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.audit import Event
    from bot.domain.decision import Decision
    from bot.domain.failure import Failure
    from bot.domain.key_request import KeyRequest
    from bot.domain.person import Person
    from bot.domain.policy import Policy, Project
    from bot.domain.readiness import ProjectReadiness
    from bot.languages.words import Words


def request(record: KeyRequest, console: str, words: Words) -> shapes.Request:
    """Show a request."""
    return shapes.Request.model_validate(_request(record, console, words))


def in_full(record: KeyRequest, console: str, words: Words, events: Sequence[Event]) -> shapes.RequestInFull:
    """Show a request with its story."""
    timeline = [_step(event) for event in events]
    return shapes.RequestInFull.model_validate({**_request(record, console, words), "timeline": timeline})


def project(known: Project, policy: Policy, readiness: ProjectReadiness | None) -> shapes.Project:
    """Show what may be asked for in a project, and what is known of it."""
    return shapes.Project(
        id=known.id,
        environments=[_environment(name, policy) for name in known.environments],
        ready=readiness.ready if readiness and readiness.state else None,
        api_enabled=readiness.api_enabled if readiness else None,
        billing_enabled=readiness.billing_enabled if readiness else None,
        checked_at=readiness.checked_at if readiness else None,
    )


def _request(record: KeyRequest, console: str, words: Words) -> dict[str, object]:
    has_secret = record.live and record.secret_version
    return {
        "id": record.id,
        "state": record.state,
        "person": _person(record.requester),
        "project": record.project_id,
        "environment": record.environment,
        "purpose": record.purpose,
        "lifetime_seconds": int(record.lifetime.total_seconds()),
        "kind": record.kind,
        "restriction": list(record.restriction.entries),
        "via": str(record.via or ""),
        "requested_at": record.requested_at,
        "lapses_at": None if record.finished else record.lapses_at,
        "approvals_needed": record.approvals_needed,
        "approvals": [_decision(approval) for approval in record.approvals],
        "closed": _decision(record.closed) if record.closed else None,
        "expires_at": record.expires_at,
        "secret_link": names.console_page(record, console) if has_secret else None,
        "failure": _failure(record.failure, words) if record.failure else None,
    }


def _failure(failure: Failure, words: Words) -> shapes.Failure:
    values = plain(words, failure.values)
    return shapes.Failure(
        cause=failure.cause,
        title=words(failure.title, **values),
        fix=words(failure.fix, **values),
        command=failure.command,
    )


def _person(person: Person) -> shapes.Person:
    return shapes.Person(id=person.user_id, name=person.name)


def _decision(decision: Decision) -> shapes.Decision:
    return shapes.Decision(by=_person(decision.by), at=decision.at, reason=decision.reason)


def _step(event: Event) -> shapes.Step:
    details = event.details
    return shapes.Step(
        at=event.at,
        by=event.by,
        what=event.verb,
        reason=details.get("reason", ""),
        via=details.get("via", ""),
    )


def _environment(name: str, policy: Policy) -> shapes.Environment:
    rules = policy.environments[name]
    return shapes.Environment(
        name=name,
        lifetimes_seconds=[int(span.total_seconds()) for span in rules.lifetimes],
        approvals_needed=policy.needed(name),
        billing_required=rules.billing_required,
        restriction=rules.restriction,
    )
