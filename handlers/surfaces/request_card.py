"""The approvers' card: one request, one message, updated in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.key_request import State
from bot.domain.kinds import Kind
from bot.languages.words import N_
from handlers.surfaces import adopted, care, deny_modal, emergency, kind_fields, risk, vertex, via
from handlers.surfaces.blocks import (
    Block,
    actions,
    button,
    confirm,
    context,
    divider,
    fields,
    header,
    quoted,
)
from handlers.surfaces.telling import titled
from handlers.surfaces.text import brief, called, date, escape, mention

if TYPE_CHECKING:
    from bot.domain.decision import Decision
    from bot.domain.key_request import KeyRequest
    from bot.domain.policy import Policy
    from bot.domain.readiness import ProjectReadiness
    from bot.languages.words import Words
    from handlers.surfaces.blocks import Message

APPROVE, DENY, RETRY = "approve_request", "deny_request", "retry_request"
SET_UP = "setup_project"


def text(words: Words, request: KeyRequest) -> str:
    """Say the card in one sentence, for notifications and screen readers."""
    asks = N_("Gemini key request {id}: {name} asks for a {environment} key in {project} for {time}. {state}")
    if request.adopted:
        asks = N_(
            "Gemini key request {id}: {name} claims a {environment} key in {project} for {time}. {state}"
        )
    return words(
        asks,
        id=request.id,
        name=escape(request.requester.name),
        environment=escape(request.environment),
        project=request.project_id,
        time=request.lifetime,
        state=status(words, request),
    )


def message(words: Words, request: KeyRequest, policy: Policy, known: ProjectReadiness | None) -> Message:
    """Render the card, and what is said of it where no blocks are shown."""
    return text(words, request), build(words, request, policy, known)


def build(
    words: Words, request: KeyRequest, policy: Policy, known: ProjectReadiness | None = None
) -> list[Block]:
    """Render the record as it stands; risk and buttons only while there is something to decide."""
    blocks = [
        header(words("🔑 Gemini key request · {id}", id=request.id)),
        fields(
            (words("Requester"), mention(request.requester.user_id)),
            (words("Project"), f"`{request.project_id}`"),
            (words("Environment"), escape(request.environment)),
            (words("Lifetime"), words.duration(request.lifetime)),
            *_kind(words, request),
            *adopted.fields(words, request),
        ),
        quoted(request.purpose),
        context(*_small_print(words, request), *via.line(words, request)),
        divider(),
    ]
    if request.state is State.PENDING:
        so_far = [*_called(words, request, policy), *_approvals_so_far(words, request, policy)]
        return [*blocks, *risk.build(words, request, known), *so_far, decision(words, request, policy)]
    if request.emergency:
        route = policy.route(request.project_id, request.environment)
        blocks += emergency.headline(words, request, route)
    blocks.append(context(status(words, request)))
    if request.state is State.FAILED:
        blocks.append(_retry(words, request))
    if request.state is State.REVOKED and request.undo_until:
        blocks.append(care.undo(words, request))
    return blocks


def _kind(words: Words, request: KeyRequest) -> list[tuple[str, str]]:
    """Name the kind of access where it is not a bound key, and who gets it."""
    if request.kind is Kind.AUTH_KEY:
        return []
    kind = (words("Access"), words(kind_fields.LABELS[request.kind]))
    return [kind, (words("For"), vertex.whom(words, request))] if vertex.applies(request) else [kind]


def decision(words: Words, request: KeyRequest, policy: Policy) -> Block:
    """The two buttons; their value is the request's id and nothing else."""
    environment = policy.environments.get(request.environment)
    name = request.requester.name
    question = confirm(
        words("Create a {environment} key?", environment=request.environment),
        words(
            "{name} gets a key for {project}. It is valid for {time}.",
            name=name,
            project=request.project_id,
            time=request.lifetime,
        ),
        words("Approve"),
        words("Not yet"),
    )
    return actions(
        f"decide:{request.id}",
        button(
            APPROVE,
            words("Approve"),
            request.id,
            style="primary",
            label=words("Approve key request {id} from {name}", id=request.id, name=name),
            confirm=question if environment is None or environment.confirm else None,
        ),
        button(
            DENY,
            words("Deny…"),
            request.id,
            style="danger",
            label=words("Deny key request {id} from {name}", id=request.id, name=name),
        ),
    )


def status(words: Words, request: KeyRequest) -> str:
    """Say where the request stands, and who brought it there."""
    by = deciders(words, request)
    closed = person(words, request.closed) if request.closed else ""
    own = vertex.status(words, request, by, closed) if vertex.applies(request) else None
    if adopted.applies(request):
        own = adopted.status(words, request, by)
    return own or _of_key(words, request, by, closed)


def _of_key(words: Words, request: KeyRequest, by: str, closed: str) -> str:
    reason = brief(deny_modal.said(words, request.closed.reason)) if request.closed else ""
    match request.state:
        case State.PENDING:
            return words("⏳ Waiting for a decision")
        case State.APPROVED | State.PROVISIONING:
            return _granting(words, request, by)
        case State.ACTIVE:
            return _active(words, request, by)
        case State.FAILED:
            title = titled(words, request.failure)
            return words("⚠️ Approved by {by}, but the key could not be made: {title}", by=by, title=title)
        case State.DENIED:
            return words("❌ Denied by {by}: {reason}", by=closed, reason=reason)
        case State.WITHDRAWN:
            return _withdrawn(words, request, closed)
        case State.LAPSED:
            return _lapsed(words, request)
        case State.EXPIRED:
            return words("⌛ Approved by {by}; the key has expired", by=by)
        case State.REVOKED:
            return _revoked(words, request, by, closed)


def deciders(words: Words, request: KeyRequest) -> str:
    """Name who said yes; a rule of the policy has a name, too."""
    if request.emergency:
        return words("nobody: it was taken in an emergency")
    return words.items([_decider(words, approval) for approval in request.approvals])


def _decider(words: Words, approval: Decision) -> str:
    if approval.by.bot:
        return words("the rule “{rule}”", rule=escape(approval.reason))
    return person(words, approval)


def person(words: Words, decision: Decision) -> str:
    """Name who decided, and for whom if he stood in."""
    who = mention(decision.by.user_id)
    if not decision.instead_of:
        return who
    return words("{who} (for {whom})", who=who, whom=mention(decision.instead_of))


def _withdrawn(words: Words, request: KeyRequest, closed: str) -> str:
    if request.closed and request.closed.by.account != request.requester.account:
        return words("↩️ Closed: {name} has left", name=escape(request.requester.name))
    return words("↩️ Withdrawn by {by}", by=closed)


def _granting(words: Words, request: KeyRequest, by: str) -> str:
    if request.paused:
        return words("⏸ Approved by {by}; it waits, as no keys are made at the moment", by=by)
    return words("⚙️ Approved by {by}; the key is being made", by=by)


def _active(words: Words, request: KeyRequest, by: str) -> str:
    if request.ending:
        return words("⏳ Approved by {by}; the key is being taken away", by=by)
    expires = date(request.expires_at) if request.expires_at else ""
    return words("✅ Approved by {by} · key in Secret Manager · expires {expires}", by=by, expires=expires)


def _revoked(words: Words, request: KeyRequest, by: str, closed: str) -> str:
    if request.closed and request.closed.by.bot:
        why = brief(deny_modal.said(words, request.closed.reason))
        return words("🚫 Approved by {by}; the key was revoked. {why}", by=by, why=why)
    return words("🚫 Approved by {by}; the key was revoked by {closed}", by=by, closed=closed)


def _lapsed(words: Words, request: KeyRequest) -> str:
    if request.failure:
        return words("⌛ Over: the key could not be made, and nobody tried again")
    return words("⌛ Lapsed: nobody decided in time")


def _small_print(words: Words, request: KeyRequest) -> list[str]:
    asked = words("Asked {date}", date=date(request.requested_at))
    if request.state is not State.PENDING:
        return [asked]
    return [asked, words("Over without a decision {date}", date=date(request.lapses_at))]


def _called(words: Words, request: KeyRequest, policy: Policy) -> list[Block]:
    """Say whom silence has called."""
    later = policy.route(request.project_id, request.environment).later[: request.escalated]
    if not later:
        return []
    names = words.items([called(group) for group in later])
    return [context(words("⤴️ Nobody decided in time, so these may decide, too: {names}", names=names))]


def _approvals_so_far(words: Words, request: KeyRequest, policy: Policy) -> list[Block]:
    if request.approvals_needed == 1:
        return []
    so_far = deciders(words, request)
    line = words(
        "{have} of {need} approvals. {names}",
        have=len(request.approvals),
        need=request.approvals_needed,
        names=words("Approved by {names}", names=so_far) if so_far else "",
    )
    return [context(line.strip(), *_step_up(words, request, policy))]


def _step_up(words: Words, request: KeyRequest, policy: Policy) -> list[str]:
    """Say whose yes is missing beside any other."""
    group = policy.route(request.project_id, request.environment).step_up
    if not request.step_up or group is None or any(approval.step_up for approval in request.approvals):
        return []
    return [words("One of them must be given by {group}.", group=called(group))]


def _retry(words: Words, request: KeyRequest) -> Block:
    label = words("Try to make the key of {id} again", id=request.id)
    return actions(
        f"retry:{request.id}",
        button(RETRY, words("Try again"), request.id, label=label),
        button(SET_UP, words("Set up the project"), request.project_id),
    )
