"""One's live keys on Home: what each is for, how old it is, when it ends, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import key_uses, names
from bot.domain.key_request import State
from bot.domain.kinds import Kind
from handlers.surfaces import adopted, care, request_card, requester_dm
from handlers.surfaces.blocks import Block, actions, button, section
from handlers.surfaces.text import date, escape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.domain.key_uses import KeyUses
    from bot.languages.words import Words

DAY = "{date_short_pretty}"


def build(
    words: Words, request: KeyRequest, uses: KeyUses | None, console: str, now: datetime
) -> Iterator[Block]:
    """Show one key, with buttons once there is something to do with it."""
    what = f"*{request.id}* · `{request.project_id}` · {escape(request.environment)}"
    yield section(f"{what}\n{_state(words, request, now)}{_use(words, request, uses)}")
    if not request.live:
        return
    if request.kind is Kind.VERTEX:
        how = button(requester_dm.HOW_TO_USE, words("How to use it"), request.id)
        yield actions(f"key:{request.id}", how, care.revoke(words, request))
    elif adopted.applies(request):
        why = button(requester_dm.WHY_KEY, words("It doesn't work"), request.id)
        replace = adopted.replace(words, request)
        yield actions(
            f"key:{request.id}", replace, why, care.renew(words, request), care.revoke(words, request)
        )
    else:
        yield actions(
            f"key:{request.id}",
            button(
                requester_dm.OPEN_SECRET,
                words("Open in Secret Manager"),
                request.id,
                url=names.console_page(request, console),
            ),
            button(requester_dm.HOW_TO_USE, words("How to use it"), request.id),
            button(requester_dm.WHY_KEY, words("It doesn't work"), request.id),
        )
        yield care.row(words, request)


def _use(words: Words, request: KeyRequest, uses: KeyUses | None) -> str:
    """Say whether it is used, as far as is known."""
    quiet = key_uses.quiet_since(uses, request)
    if uses is None or quiet is None:
        return ""
    if quiet == uses.at:
        return f" · {words('in use')}"
    return f" · {words('not used since {day}', day=date(quiet, DAY))}"


def _state(words: Words, request: KeyRequest, now: datetime) -> str:
    if request.state is not State.ACTIVE or request.expires_at is None:
        return request_card.status(words, request)
    if request.ending:
        return words("🚫 It is being taken away")
    left = words("expires {day}", day=date(request.expires_at, DAY))
    days = (request.expires_at - now).days
    ends = f"✅ {left} ({words.many('{n} day left', '{n} days left', days)})" if days else f"⏳ {left}"
    if not request.approvals:
        return ends
    return f"{ends} · {words('since {day}', day=date(request.approvals[-1].at, DAY))}"
