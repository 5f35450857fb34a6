"""What the holder of a live key is told: its rotation, its renewal, a leak, its end and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.key_request import RenewalState, State
from handlers.surfaces import adopted, care, deny_modal
from handlers.surfaces.blocks import Message, context, section
from handlers.surfaces.telling import told
from handlers.surfaces.text import brief, date, escape, mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.key_request import KeyRequest, Renewal, Retiring
    from bot.languages.words import Words

# Messages about a leak go to the approvers' channel, too, under this name.
LEAK = "leak-"


def outcome(words: Words, request: KeyRequest) -> Iterator[tuple[str, Message]]:
    """List the messages by the surface they stand on; a new one notifies."""
    if request.leaks and not request.finished:
        yield f"{LEAK}{request.leaks}", leak(words, request)
    if request.state is not State.ACTIVE:
        return
    if request.undone:
        yield f"over-{request.endings}", _undone(words, request)
    if request.turns and not request.turn:
        yield f"rotated-{request.turns}", _rotated(words, request)
    if request.turns and request.asked_turn == request.turns:
        yield f"old-key-{request.turns}", _old_key(words, request)
    if request.turn_failure and not request.turn:
        yield f"rotation-failed-{request.spent}", _not_rotated(words, request)
    if request.renewal:
        yield from _renewals(words, request, request.renewal)


def ending(words: Words, request: KeyRequest) -> Message:
    """Say that a key is being taken away; while Google refuses, what stands in the way."""
    text = words(
        "The key of *{id}* for `{project}` is being taken away.", id=request.id, project=request.project_id
    )
    if not request.failure:
        return text, [section(f"⏳ {text}")]
    more = words("Google refuses for now. I keep trying.")
    return text, [section("\n".join([f"⏳ {text} {more}", *told(words, request.failure)]))]


def over(words: Words, request: KeyRequest) -> Message:
    """Say that the key is gone; a revoked one can be had again for a while."""
    if request.state is State.EXPIRED or request.closed is None:
        text = words(
            "The key of *{id}* for `{project}` has expired and is deleted.",
            id=request.id,
            project=request.project_id,
        )
        return text, [section(f"🚫 {text}")]
    by = request.closed.by
    text = words(
        "The key of *{id}* for `{project}` was revoked."
        if by.bot
        else "The key of *{id}* for `{project}` was revoked by {who}.",
        id=request.id,
        project=request.project_id,
        who=mention(by.user_id),
    )
    if request.closed.reason:
        text = (
            f"{text} {words('Reason: {reason}', reason=brief(deny_modal.said(words, request.closed.reason)))}"
        )
    if request.undo_until is None:
        return text, [section(f"🚫 {text}")]
    until = words("It can be brought back until {date}.", date=date(request.undo_until))
    return text, [section(f"🚫 {text}"), context(until), care.undo(words, request)]


def leak(words: Words, request: KeyRequest) -> Message:
    """Say that a key leaked, and where else to look; the same to its holder and the approvers."""
    text = words(
        "The key of *{id}* for `{project}` leaked, as {who} reports.",
        id=request.id,
        project=request.project_id,
        who=mention(request.leak.by.user_id) if request.leak else "",
    )
    where = [
        words("Git history: a deleted line is still in it; assume that everybody has read it."),
        words("CI: variables, logs and artifacts of past runs."),
        words("Container images and bundles: build them anew with the key read at the start."),
        words("Chats, tickets and notebooks: delete the key there."),
        words("Usage: look for calls that are not yours with `/gemini-key usage {id}`.", id=request.id),
    ]
    checklist = "\n".join(f"• {line}" for line in where)
    title = words("Where a key hides:")
    return text, [section(f"🚨 {text} {_leaked(words, request)}"), section(f"*{title}*\n{checklist}")]


def _leaked(words: Words, request: KeyRequest) -> str:
    if request.retiring:
        return words("It is being deleted now.")
    if request.state is not State.ACTIVE:
        return words("It is deleted and never comes back. A new key is being made.")
    return words(
        "It is deleted and never comes back. A new key is in place, as version {version} of the same secret. "
        "Restart what caches the old one.",
        version=request.secret_version,
    )


def _undone(words: Words, request: KeyRequest) -> Message:
    text = words(
        "The key of *{id}* for `{project}` is back: {who} undid the revocation.",
        id=request.id,
        project=request.project_id,
        who=mention(request.undone.by.user_id) if request.undone else "",
    )
    return text, [section(f"↩️ {text}")]


def _rotated(words: Words, request: KeyRequest) -> Message:
    text = words(
        "A new key of *{id}* is in place, as version {version} of the same secret. "
        "Restart what caches the old one.",
        id=request.id,
        version=request.secret_version,
    )
    if request.adopted and request.turns == 1:
        text = adopted.moved(words, request)
    if not request.retiring:
        return text, [section(f"🔄 {text}"), context(words("The old key is deleted."))]
    look_at = request.retiring[0].look_at
    grace = words(
        "The old key works on, and is deleted when nobody uses it any more: not before {date}.",
        date=date(look_at) if look_at else "",
    )
    return text, [section(f"🔄 {text}"), context(grace)]


def _old_key(words: Words, request: KeyRequest) -> Message:
    old = next(iter(request.retiring), None)
    if old is None:
        text = words("The old key of *{id}* is deleted.", id=request.id)
        return text, [section(f"✅ {text}")]
    if old.forced:
        text = words("The old key of *{id}* is being deleted.", id=request.id)
        return text, [section(f"⏳ {text}")]
    if not old.still_used:
        text = words(
            "The old key of *{id}* works on. I look again {date}.",
            id=request.id,
            date=date(old.look_at) if old.look_at else "",
        )
        return text, [section(f"⏳ {text}"), care.old_key(words, request)]
    text = _used(words, request, old)
    seen = words(
        "Cloud Monitoring counts them, up to half an hour late. It does not say where they come from."
    )
    return text, [section(f"⚠️ {text}"), context(seen), care.old_key(words, request)]


def _used(words: Words, request: KeyRequest, old: Retiring) -> str:
    if old.calls is None:
        return words(
            "I can't see whether the old key of *{id}* is still used, so I did not delete it.", id=request.id
        )
    return words.many(
        "The old key of *{id}* is still used: {n} call since the new one is in place, or in the last hours.",
        "The old key of *{id}* is still used: {n} calls since the new one is in place, or in the last hours.",
        old.calls,
        id=request.id,
    )


def _not_rotated(words: Words, request: KeyRequest) -> Message:
    text = words("The key of *{id}* could not be rotated. Your key works as before.", id=request.id)
    failure = told(words, request.turn_failure) if request.turn_failure else []
    return text, [section("\n".join([f"⚠️ {text}", *failure]))]


def _renewals(words: Words, request: KeyRequest, wish: Renewal) -> Iterator[tuple[str, Message]]:
    """Tell what is waited for, and the outcome in a new message; then nothing says any more that it waits."""
    waiting = f"renewal-{wish.number}"
    if wish.state is RenewalState.PENDING:
        yield waiting, _renewal(words, request, wish)
        return
    if wish.approvals or wish.closed:
        text = words("The renewal of *{id}* is decided.", id=request.id)
        yield waiting, (text, [context(text)])
    yield f"{waiting}-over", _renewal(words, request, wish)


def _renewal(words: Words, request: KeyRequest, wish: Renewal) -> Message:
    ends = date(request.expires_at) if request.expires_at else ""
    match wish.state:
        case RenewalState.PENDING:
            text = words("The renewal of *{id}* is waiting for approval.", id=request.id)
            return text, [section(f"⏳ {text}")]
        case RenewalState.APPROVED:
            text = words("The renewal of *{id}* is approved and being carried out.", id=request.id)
            return text, [section(f"⚙️ {text}")]
        case RenewalState.DONE:
            text = words("The key of *{id}* lives on until {date}.", id=request.id, date=ends)
            return text, [section(f"✅ {text}")]
        case RenewalState.DENIED:
            name = escape(wish.closed.by.name) if wish.closed else ""
            reason = escape(deny_modal.said(words, wish.closed.reason)) if wish.closed else ""
            text = words(
                "{name} denied the renewal of *{id}*. It ends {date}.", name=name, id=request.id, date=ends
            )
            return text, [section(f"❌ {text}\n{words('Reason: {reason}', reason=reason)}")]
        case RenewalState.LAPSED:
            text = words(
                "Nobody decided the renewal of *{id}* in time. It ends {date}.", id=request.id, date=ends
            )
            return text, [section(f"⌛ {text}")]
        case RenewalState.FAILED:
            text = words("The key of *{id}* could not be renewed. It ends {date}.", id=request.id, date=ends)
            return text, [
                section("\n".join([f"⚠️ {text}", *(told(words, wish.failure) if wish.failure else [])]))
            ]
