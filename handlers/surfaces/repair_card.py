"""The approvers' card of a fix: small, updated in place, by the rules of a key request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.catalogue import BY_ID
from bot.diagnosis.envelope.service import GEMINI
from bot.diagnosis.error import ApiError
from bot.diagnosis.naming import values_of
from bot.domain.repair import Remedy, State
from bot.languages.words import N_
from bot.operations.projects.trial import FINE
from handlers.surfaces import half_made, new_project, why_fixes
from handlers.surfaces.blocks import Block, actions, button, code, confirm, context, fields, header, section
from handlers.surfaces.telling import spoken, titled
from handlers.surfaces.text import date, escape, mention

if TYPE_CHECKING:
    from bot.domain.repair import Offer, Repair
    from bot.languages.words import Words

APPROVE, DENY = "approve_fix", "deny_fix"
OVER_UNDECIDED = N_("⌛ Lapsed: nobody decided in time")
OVER_UNTRIED = N_("⌛ Over: it could not be done, and nobody tried again")


def text(words: Words, repair: Repair) -> str:
    """Say the card in one sentence, for notifications and screen readers."""
    return words(
        "Fix {id}: {name} asks: {what} {state}",
        id=repair.id,
        name=escape(repair.requester.name),
        what=why_fixes.what(words, repair.offer),
        state=status(words, repair),
    )


def build(words: Words, repair: Repair) -> list[Block]:
    """Render the record as it stands; buttons only while there is something to decide."""
    offer, changes = repair.offer, why_fixes.changes(words, repair.offer)
    concerns = [(words("Key"), f"*{offer.request_id}*")] if offer.request_id else []
    blocks = [
        header(words("🔧 Fix · {id}", id=repair.id)),
        section(why_fixes.what(words, offer)),
        *([code(changes)] if changes else []),
        *(new_project.on_card(words, offer) if offer.remedy is Remedy.NEW_PROJECT else []),
        fields(
            (words("Requester"), mention(repair.requester.user_id)),
            (words("Project"), f"`{offer.project_id}`"),
            *concerns,
            *([(words("Why"), _why(words, offer))] if offer.cause else []),
        ),
        context(*_small_print(words, repair)),
    ]
    if repair.state is State.PENDING:
        return [*blocks, _decision(words, repair)]
    return [*blocks, _status(words, repair), *(half_made.on_card(words, repair) if repair.stopped else [])]


def brief(words: Words, repair: Repair) -> list[Block]:
    """Show what is asked for in a few lines, with its buttons."""
    who, what = mention(repair.requester.user_id), why_fixes.what(words, repair.offer)
    changes = why_fixes.changes(words, repair.offer)
    return [
        section(f"*{repair.id}* · {who} · `{repair.offer.project_id}`\n{what}"),
        *([code(changes)] if changes else []),
        *(half_made.on_card(words, repair) if repair.stopped else [_decision(words, repair)]),
    ]


def status(words: Words, repair: Repair) -> str:
    """Say where the fix stands, and who brought it there."""
    by = mention(repair.approvals[-1].by.user_id) if repair.approvals else ""
    match repair.state:
        case State.PENDING if repair.approvals:
            return words(
                "⏳ {have} of {need} approvals", have=len(repair.approvals), need=repair.approvals_needed
            )
        case State.PENDING:
            return words("⏳ Waiting for a decision")
        # One text for both: each change of a message counts against Slack's limits.
        case State.APPROVED | State.WATCHING:
            return words("⚙️ Approved by {by}; being done and watched", by=by)
        case State.DONE if _seen_to_work(repair):
            return words("✅ Approved by {by}; done, and calls work", by=by)
        case State.DONE:
            return words("✅ Approved by {by}; done", by=by)
        case State.FAILED:
            title = titled(words, repair.failure)
            return words("⚠️ Approved by {by}, but it could not be done: {title}", by=by, title=title)
        case State.DENIED if repair.closed and repair.closed.reason:
            return f"🚫 {words(repair.closed.reason)}"
        case State.DENIED:
            closed = mention(repair.closed.by.user_id) if repair.closed else ""
            return words("❌ Denied by {by}", by=closed)
        case State.LAPSED:
            return words(OVER_UNTRIED if repair.failure else OVER_UNDECIDED)


def _why(words: Words, offer: Offer) -> str:
    """Say what is wrong in the cause's own words; of the error, the record keeps the project alone."""
    values = values_of(ApiError(service=GEMINI, consumer=offer.project_id))
    return words(BY_ID[offer.cause].title, **spoken(words, values))


def _small_print(words: Words, repair: Repair) -> list[str]:
    asked = words("Asked {date}", date=date(repair.requested_at))
    if repair.state is not State.PENDING:
        return [asked]
    return [asked, words("Over without a decision {date}", date=date(repair.lapses_at))]


def _status(words: Words, repair: Repair) -> Block:
    return context(status(words, repair))


def _decision(words: Words, repair: Repair) -> Block:
    name = repair.requester.name
    sure = confirm(
        words("Deny {id}?", id=repair.id),
        words("{name} is told that you denied it.", name=name),
        words("Deny"),
        words("Not yet"),
        style="danger",
    )
    return actions(
        f"fix:{repair.id}",
        button(
            APPROVE,
            words("Approve"),
            repair.id,
            style="primary",
            label=words("Approve fix {id} from {name}", id=repair.id, name=name),
        ),
        button(
            DENY,
            words("Deny"),
            repair.id,
            style="danger",
            label=words("Deny fix {id} from {name}", id=repair.id, name=name),
            confirm=sure,
        ),
    )


def _seen_to_work(repair: Repair) -> bool:
    """Tell whether a call was made: with a key of the new project, or with the key that was mended."""
    if repair.offer.remedy is Remedy.NEW_PROJECT:
        return repair.trial == FINE
    return bool(repair.works) and not repair.offer.key_id
