"""The approvers' card of a renewal: one wish, one message, updated in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.key_request import RenewalState
from handlers.surfaces import deny_modal
from handlers.surfaces.blocks import Block, actions, button, context, divider, fields, header, quoted
from handlers.surfaces.telling import titled
from handlers.surfaces.text import brief, date, escape, mention

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest, Renewal
    from bot.languages.words import Words

APPROVE, DENY = "approve_renewal", "deny_renewal"


def text(words: Words, request: KeyRequest, wish: Renewal) -> str:
    """Say the card in one sentence, for notifications and screen readers."""
    return words(
        "Renewal of Gemini key {id}: {name} asks for {time} more in {project}. {state}",
        id=request.id,
        name=escape(request.requester.name),
        time=wish.lifetime,
        project=request.project_id,
        state=status(words, request, wish),
    )


def build(words: Words, request: KeyRequest, wish: Renewal) -> list[Block]:
    """Render the wish as it stands; buttons only while there is something to decide."""
    blocks = [
        header(words("🔁 Renewal · {id}", id=request.id)),
        fields(
            (words("Requester"), mention(request.requester.user_id)),
            (words("Project"), f"`{request.project_id}`"),
            (words("Environment"), escape(request.environment)),
            (words("Expires"), date(request.expires_at) if request.expires_at else ""),
            (words("Wanted, from the approval on"), words.duration(wish.lifetime)),
        ),
        quoted(request.purpose),
        context(*_small_print(words, wish)),
        divider(),
    ]
    if wish.state is RenewalState.PENDING and request.live:
        return [*blocks, *_so_far(words, wish), _decision(words, request)]
    return [*blocks, context(status(words, request, wish))]


def status(words: Words, request: KeyRequest, wish: Renewal) -> str:
    """Say where the wish stands, and who brought it there."""
    by = words.items([mention(approval.by.user_id) for approval in wish.approvals])
    closed = mention(wish.closed.by.user_id) if wish.closed else ""
    match wish.state:
        case RenewalState.PENDING if not request.live:
            return words("⌛ Over: the key has ended meanwhile")
        case RenewalState.PENDING:
            return words("⏳ Waiting for a decision")
        case RenewalState.APPROVED if not by:
            return words("⚙️ Approved by a rule of the policy; being carried out")
        case RenewalState.APPROVED:
            return words("⚙️ Approved by {by}; being carried out", by=by)
        case RenewalState.DONE if not by:
            ends = date(wish.expires_at) if wish.expires_at else ""
            return words("✅ Approved by a rule of the policy · expires {expires}", expires=ends)
        case RenewalState.DONE:
            ends = date(wish.expires_at) if wish.expires_at else ""
            return words("✅ Approved by {by} · expires {expires}", by=by, expires=ends)
        case RenewalState.DENIED:
            reason = brief(deny_modal.said(words, wish.closed.reason)) if wish.closed else ""
            return words("❌ Denied by {by}: {reason}", by=closed, reason=reason)
        case RenewalState.LAPSED:
            return words("⌛ Lapsed: nobody decided in time")
        case RenewalState.FAILED:
            title = titled(words, wish.failure)
            return words("⚠️ Approved by {by}, but it could not be done: {title}", by=by, title=title)


def _small_print(words: Words, wish: Renewal) -> list[str]:
    asked = words("Asked {date}", date=date(wish.at))
    if wish.state is not RenewalState.PENDING:
        return [asked]
    return [asked, words("Over without a decision {date}", date=date(wish.lapses_at))]


def _so_far(words: Words, wish: Renewal) -> list[Block]:
    if not wish.approvals:
        return []
    names = words.items([mention(approval.by.user_id) for approval in wish.approvals])
    have, need = len(wish.approvals), wish.approvals_needed
    return [context(words("{have} of {need} approvals. {names}", have=have, need=need, names=names))]


def _decision(words: Words, request: KeyRequest) -> Block:
    name = request.requester.name
    return actions(
        f"renewal:{request.id}",
        button(
            APPROVE,
            words("Approve"),
            request.id,
            style="primary",
            label=words("Approve the renewal of {id} for {name}", id=request.id, name=name),
        ),
        button(
            DENY,
            words("Deny…"),
            request.id,
            style="danger",
            label=words("Deny the renewal of {id} for {name}", id=request.id, name=name),
        ),
    )
