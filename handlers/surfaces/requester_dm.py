"""What the requester is told: one live message, and a new one for each outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import names
from bot.domain.key_request import GRANTING, State
from handlers.surfaces import adopted, care, deny_modal, key_dm, progress, request_modal, vertex, via
from handlers.surfaces.blocks import Block, Message, actions, button, confirm, context, section
from handlers.surfaces.telling import told
from handlers.surfaces.text import date, escape

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words

WITHDRAW, OPEN_SECRET, HOW_TO_USE, SEND_AGAIN = "withdraw_request", "open_secret", "how_to_use", "send_again"
WHY_KEY = "why_403_key"


def live(words: Words, request: KeyRequest) -> Message:
    """The message that follows the request until its outcome; updating it notifies nobody."""
    if request.state is State.PENDING:
        text = words(
            "*{id}* for `{project}` is waiting for approval.", id=request.id, project=request.project_id
        )
        lapses = words("Undecided requests are over {date}.", date=date(request.lapses_at))
        small = [lapses, *via.line(words, request)]
        back = request_modal.back(words, request)
        return text, [section(f"⏳ {text}"), *back, context(*small), _withdraw(words, request)]
    if request.state in GRANTING and request.paused:
        text = words(
            "*{id}* is approved. No keys are made at the moment; yours will be, without your doing anything.",
            id=request.id,
        )
        return text, [section(f"⏸ {text}")]
    if request.state in GRANTING:
        text = words("*{id}* is approved. Your key is being made:", id=request.id)
        if request.in_place:
            text = words("*{id}* is approved:", id=request.id)
        return text, [section(f"⚙️ {text}\n{progress.build(words, request)}")]
    made = request.secret_version or (vertex.applies(request) and request.live_since)
    if made and request.state is not State.FAILED:
        text = words("*{id}* is done. This was made for you:", id=request.id)
        return text, [section(f"✅ {text}\n{progress.build(words, request)}")]
    text = words("*{id}* for `{project}`: see below.", id=request.id, project=request.project_id)
    return text, [context(text)]


def outcome(words: Words, request: KeyRequest, console: str) -> dict[str, Message]:
    """The messages that tell outcomes, by the surface they stand on; new ones notify."""
    match request.state:
        case State.ACTIVE:
            return {"active": _live(words, request, console), **dict(key_dm.outcome(words, request))}
        case State.APPROVED | State.PROVISIONING:
            return dict(key_dm.outcome(words, request))
        case State.EXPIRED | State.REVOKED:
            over = (vertex if vertex.applies(request) else key_dm).over(words, request)
            return {"active": over, f"over-{request.endings}": over}
        case State.FAILED:
            return {f"failed-{request.run}": _failed(words, request)}
        case State.DENIED:
            return {"denied": _denied(words, request)}
        case State.LAPSED:
            return {"lapsed": _lapsed(words, request)}
        case State.WITHDRAWN:
            own = request.closed is None or request.closed.by.account == request.requester.account
            if own:
                text = words("You withdrew *{id}*. Nobody needs to decide it any more.", id=request.id)
            else:
                text = words("*{id}* was closed: you are leaving.", id=request.id)
            return {"withdrawn": (text, [section(f"↩️ {text}")])}
        case _:
            return {}


def _live(words: Words, request: KeyRequest, console: str) -> Message:
    if request.ending:
        return key_dm.ending(words, request)
    if vertex.applies(request):
        return vertex.active(words, request)
    return adopted.active(words, request) if adopted.applies(request) else _active(words, request, console)


def _active(words: Words, request: KeyRequest, console: str) -> Message:
    text = words("Your Gemini key for *{project}* is ready.", project=request.project_id)
    expires = date(request.expires_at) if request.expires_at else ""
    return text, [
        section(f"🔑 {text}"),
        actions(
            f"key:{request.id}",
            button(
                OPEN_SECRET,
                words("Open in Secret Manager"),
                request.id,
                style="primary",
                url=names.console_page(request, console),
            ),
            button(HOW_TO_USE, words("How to use it"), request.id),
            button(WHY_KEY, words("It doesn't work"), request.id),
        ),
        care.row(words, request),
        context(
            words("{id} · expires {expires}", id=request.id, expires=expires),
            words(
                "You may read it until then. So may whoever administers the project or holds a basic "
                "role (Owner, Editor, Viewer) in it."
            ),
        ),
    ]


def _failed(words: Words, request: KeyRequest) -> Message:
    if adopted.applies(request):
        text = adopted.failed(words, request)
    elif request.cleaning:
        text = words(
            "The key of *{id}* could not be made. I am still taking away what was begun.", id=request.id
        )
    else:
        text = words(
            "The key of *{id}* could not be made. No key and no secret was left behind.", id=request.id
        )
    lines = [f"⚠️ {text}", *(told(words, request.failure) if request.failure else [])]
    again = words("The approval still stands: an approver can press Try again on the card.")
    return text, [section("\n".join(lines)), context(again)]


def _denied(words: Words, request: KeyRequest) -> Message:
    name = escape(request.closed.by.name) if request.closed else ""
    text = words(
        "{name} denied *{id}* for `{project}`.", name=name, id=request.id, project=request.project_id
    )
    reason = escape(deny_modal.said(words, request.closed.reason)) if request.closed else ""
    return text, [section(f"❌ {text}\n{words('Reason: {reason}', reason=reason)}"), *_again(words, request)]


def _lapsed(words: Words, request: KeyRequest) -> Message:
    if request.failure:
        text = words("Nobody tried *{id}* again, so it is over.", id=request.id)
    else:
        text = words("Nobody decided *{id}* in time, so it is over.", id=request.id)
    return text, [section(f"⌛ {text}"), *_again(words, request)]


def _again(words: Words, request: KeyRequest) -> list[Block]:
    """Offer the form again; a claim is sent again from the list of keys."""
    if request.adopted:
        return []
    return [actions(f"again:{request.id}", button(SEND_AGAIN, words("Edit and send again"), request.id))]


def _withdraw(words: Words, request: KeyRequest) -> Block:
    return actions(f"waiting:{request.id}", withdraw_button(words, request))


def withdraw_button(words: Words, request: KeyRequest) -> Block:
    """Take the request back, after a question."""
    question = confirm(
        words("Withdraw {id}?", id=request.id),
        words("Nobody will be asked any more. You can send a new request at any time."),
        words("Withdraw"),
        words("Keep it"),
        style="danger",
    )
    return button(WITHDRAW, words("Withdraw"), request.id, confirm=question)
