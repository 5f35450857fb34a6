"""What the person is told who asked for a fix: one live message, and a new one when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.repair import Remedy, State
from bot.languages.words import N_
from handlers.surfaces import found_key, half_made, new_project, requester_dm, why_fixes
from handlers.surfaces.blocks import Block, Message, actions, button, code, context, modal, section
from handlers.surfaces.telling import told
from handlers.surfaces.text import date, escape

if TYPE_CHECKING:
    from bot.domain.repair import Repair
    from bot.languages.words import Words


def sent(words: Words, repair: Repair) -> str:
    """Say that the fix was written down."""
    if repair.state is State.PENDING:
        return words("Sent, *{id}*. The approvers get a card. I'll DM you.", id=repair.id)
    if repair.offer.key_id:
        return words("*{id}* is on its way. I'll DM you when it is done.", id=repair.id)
    return words("*{id}* is on its way. I'll DM you when calls work.", id=repair.id)


def view(words: Words, repair: Repair) -> Block:
    """Say so in a modal."""
    title = words("A new project") if repair.offer.remedy is Remedy.NEW_PROJECT else words("Fix")
    return modal("fix_sent", title, words("Close"), [section(f"✅ {sent(words, repair)}")])


def live(words: Words, repair: Repair) -> Message:
    """The message that follows the fix until it is over; updating it notifies nobody."""
    what = why_fixes.what(words, repair.offer)
    if repair.state is State.PENDING:
        text = words("*{id}* is waiting for approval: {what}", id=repair.id, what=what)
        return text, [section(f"⏳ {text}")]
    at_work = (
        (State.APPROVED,) if repair.offer.remedy is Remedy.GRANT_ROLE else (State.APPROVED, State.WATCHING)
    )
    if repair.state in at_work:
        text = words("*{id}* is on its way: {what}", id=repair.id, what=what)
        told = words("Google may need some minutes. I watch, and tell you when calls work.")
        return text, [section(f"⚙️ {text}"), *([] if repair.offer.key_id else [context(told)])]
    text = words("*{id}*: see below.", id=repair.id)
    return text, [context(text)]


def outcome(words: Words, repair: Repair) -> dict[str, Message]:
    """The message that tells how it ended, by the surface it stands on; a new one notifies."""
    if repair.offer.remedy is Remedy.GRANT_ROLE and repair.state in (State.WATCHING, State.DONE):
        return _roles(words, repair)
    match repair.state:
        case State.DONE:
            return {"done": _done(words, repair)}
        case State.FAILED if repair.stopped:
            return {f"failed-{repair.run}": half_made.dm(words, repair)}
        case State.FAILED:
            return {"failed": _failed(words, repair)}
        case State.DENIED:
            name = escape(repair.closed.by.name) if repair.closed else ""
            text = words("{name} denied *{id}*.", name=name, id=repair.id)
            return {"denied": (text, [section(f"❌ {text}")])}
        case State.LAPSED:
            over = N_("Nobody decided *{id}* in time, so it is over.")
            if repair.failure:
                over = N_("Nobody tried *{id}* again, so it is over.")
            text = words(over, id=repair.id)
            return {"lapsed": (text, [section(f"⌛ {text}")])}
        case _:
            return {}


def _roles(words: Words, repair: Repair) -> dict[str, Message]:
    """Say when roles are there, and when they are gone again."""
    project, until = repair.offer.project_id, date(repair.ends_at) if repair.ends_at else ""
    given = words(
        "*{id}*: you may make keys in `{project}` until {until}. Google needs 2 to 7 minutes to know.",
        id=repair.id,
        project=project,
        until=until,
    )
    shown = {"granted": (given, [section(f"🔓 {given}"), code("\n".join(repair.offer.after))])}
    if repair.state is State.DONE:
        over = words(
            "*{id}*: your roles in `{project}` are over, and taken away.", id=repair.id, project=project
        )
        shown["done"] = (over, [section(f"🔒 {over}")])
    return shown


def _done(words: Words, repair: Repair) -> Message:
    offer = repair.offer
    if offer.remedy is Remedy.NEW_PROJECT:
        return new_project.done(words, repair)
    if offer.key_id:
        return _done_to_others(words, repair)
    if repair.works is False:
        text = words("*{id}* is done, but Google still refuses calls. Please ask me again.", id=repair.id)
        sign = "⚠️"
    elif offer.remedy is Remedy.REPLACE_KEY and repair.works:
        text = words(
            "*{id}* is done: the new key of *{key}* works. It is in the same secret, as a new version.",
            id=repair.id,
            key=offer.request_id,
        )
        sign = "✅"
    elif repair.works:
        text = words("*{id}* is done, and calls with your key work again.", id=repair.id)
        sign = "✅"
    else:
        text = words(
            "*{id}* is done, and the time that Google says it needs has passed. Your calls should work now.",
            id=repair.id,
        )
        sign = "✅"
    blocks = [section(f"{sign} {text}"), context(why_fixes.what(words, offer))]
    if offer.request_id:
        blocks.append(_still_fails(words, repair))
    return text, blocks


def _done_to_others(words: Words, repair: Repair) -> Message:
    """Say what was done to a key that others made; a deleted one can be had again."""
    text = words("*{id}* is done.", id=repair.id)
    undo = repair.offer.remedy is Remedy.DELETE_KEY
    blocks = [section(f"✅ {text}"), context(why_fixes.what(words, repair.offer))]
    return text, [*blocks, *([found_key.undelete(words, repair.id)] if undo else [])]


def _failed(words: Words, repair: Repair) -> Message:
    text = words("*{id}* could not be done. Nothing else was changed.", id=repair.id)
    lines = [f"⚠️ {text}"]
    if failure := repair.failure:
        lines += told(words, failure)
    return text, [section("\n".join(line for line in lines if line))]


def _still_fails(words: Words, repair: Repair) -> Block:
    press = button(requester_dm.WHY_KEY, words("It doesn't work"), repair.offer.request_id)
    return actions(f"fixed:{repair.id}", press)
