"""What happened to a request, step by step, as the audit has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.audit import BOT
from bot.languages.words import N_
from handlers.surfaces.text import brief, date, escape, mention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.audit import Event
    from bot.languages.words import Words

# By the event's verb; `{who}` is whoever did it.
TOLD = {
    "request": N_("{who} asked for it"),
    "claim": N_("{who} claimed an existing key for its owner"),
    "adopted": N_("The key got its owner and its end"),
    "approve": N_("{who} approved it"),
    "deny": N_("{who} denied it"),
    "withdraw": N_("{who} withdrew it"),
    "lapse": N_("It lapsed"),
    "retry": N_("{who} had it tried again"),
    "remind": N_("The approvers were reminded"),
    "activate": N_("The key is in place and seen to work"),
    "fail": N_("The key could not be made; nothing was left behind"),
    "replace-key": N_("{who} had the key replaced"),
    "break-glass": N_("{who} took it in an emergency"),
    "review": N_("{who} reviewed the emergency"),
    "renew": N_("{who} asked for more time"),
    "renewal-approve": N_("{who} approved the renewal"),
    "renewal-deny": N_("{who} denied the renewal"),
    "renewal-lapse": N_("Nobody decided on the renewal in time"),
    "renewed": N_("It lives longer, as was asked"),
    "renewal-failed": N_("It could not be prolonged; its end stays as it was"),
    "let-expire": N_("{who} lets it expire"),
    "rotate": N_("{who} asked for a new key"),
    "rotated": N_("A new key was put into the same secret"),
    "keep-longer": N_("{who} keeps the old key longer"),
    "retire-anyway": N_("{who} had the old key deleted, in use or not"),
    "retire": N_("The old key was deleted"),
    "leak": N_("{who} reported that it leaked"),
    "idle-keep": N_("{who} said that it is still needed"),
    "leave": N_("It was closed, as its requester leaves"),
    "hand-over": N_("{who} gave it to another owner"),
    "hand-over-refused": N_(
        "Google refused to let the new owner in and the old one out; that is tried again"
    ),
    "handed-over": N_("Only the new owner may read the secret"),
    "pause": N_("{who} paused the making of keys"),
    "warn": N_("Its owner was warned of its end"),
    "expire": N_("Its time was over"),
    "revoke": N_("{who} revoked it"),
    "undo": N_("{who} undid that"),
    "end": N_("The key was taken away"),
    "end-refused": N_("Google refused to take the key away; that is tried again"),
    "resume": N_("{who} resumed the making of keys"),
    "rebuild": N_("The record was read back from Google"),
}


def lines(words: Words, events: Sequence[Event]) -> str:
    """Say each step in a line, oldest first."""
    return "\n".join(_line(words, event) for event in events)


def _line(words: Words, event: Event) -> str:
    sentence = TOLD.get(event.verb)
    who = words("The bot") if event.by == BOT else mention(event.by)
    told = words(sentence, who=who) if sentence else f"{who}: {escape(event.verb)}"
    reason = event.details.get("reason", "")
    return f"{date(event.at)}  {told}" + (f": {brief(reason)}" if reason else "")
