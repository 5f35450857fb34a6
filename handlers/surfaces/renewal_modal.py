"""The form for a later end: it shows the policy's longest time before anything is sent, and cuts nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from handlers.surfaces import entered
from handlers.surfaces.blocks import Block, input_block, modal, option, section
from handlers.surfaces.text import date, escape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words

CALLBACK_ID = "renew_key"
# The same name as in the form for a key: errors of the policy are shown there.
LIFETIME = "lifetime"


def build(words: Words, request: KeyRequest, lifetimes: Sequence[timedelta], now: datetime) -> Block:
    """Offer the times of the key's environment that end later than the key does now."""
    ends = date(request.expires_at) if request.expires_at else ""
    rule = words(
        "*{id}* for `{project}` ends {ends}. {environment} keys live {longest} at most, counted from the "
        "approval.",
        id=request.id,
        project=request.project_id,
        ends=ends,
        environment=escape(request.environment),
        longest=max(lifetimes),
    )
    later = [time for time in sorted(lifetimes) if not request.expires_at or now + time > request.expires_at]
    title, close = words("Renew {id}", id=request.id), words("Cancel")
    if not later:
        none = words("None of the times offered would let it live longer today. Try again nearer to its end.")
        return modal(CALLBACK_ID, title, close, [section(rule), section(none)], metadata=request.id)
    options = [option(words.duration(time), str(int(time.total_seconds()))) for time in later]
    select: Block = {
        "type": "static_select",
        "action_id": LIFETIME,
        "options": options,
        "initial_option": options[-1],
    }
    return modal(
        CALLBACK_ID,
        title,
        close,
        [section(rule), input_block(LIFETIME, words("How long from the approval?"), select)],
        submit=words("Ask for it"),
        metadata=request.id,
    )


def read(view: dict[str, Any]) -> tuple[str, timedelta]:
    """Read (request id, lifetime) from a submitted form; nothing chosen is no time at all."""
    seconds = entered.chosen(view, LIFETIME)
    long = int(seconds) if seconds.isdecimal() and len(seconds) <= 10 else 0  # noqa: PLR2004 - a timedelta
    return str(view.get("private_metadata", "")), timedelta(seconds=long)


def sent(words: Words, request: KeyRequest) -> Block:
    """Say that the wish was written down."""
    text = words("Sent. The approvers decide about the renewal of *{id}*; I'll DM you.", id=request.id)
    if request.renewal and request.renewal.state != "pending":
        text = words("The policy approves the renewal of *{id}* at once. I'll DM you.", id=request.id)
    return modal("renewal_sent", words("Renewal"), words("Close"), [section(f"✅ {text}")])
