"""The Home tab: what is mine, and what waits for me."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.key_request import State
from handlers.surfaces import away_modal, help_message, request_card, requester_dm, secret_link
from handlers.surfaces.blocks import (
    Block,
    actions,
    button,
    confirm,
    context,
    divider,
    header,
    quoted,
    section,
)
from handlers.surfaces.request_line import line
from handlers.surfaces.text import date, escape, mention

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.domain.policy import Policy
    from bot.words import Words

REFRESH = "refresh_home"
SHOWN = 10


def build(
    words: Words,
    policy: Policy,
    *,
    mine: Sequence[KeyRequest],
    waiting: Sequence[KeyRequest],
    more_waiting: bool = False,
    console: str,
    has_deputy: bool = False,
    now: datetime,
) -> Block:
    """Render a person's Home; `waiting` is what he may decide, `has_deputy` whether he may name a deputy."""
    live = [request for request in mine if request.state is State.ACTIVE]
    others = [request for request in mine if request.state is not State.ACTIVE]
    blocks = [
        header(words("Gemini keys")),
        actions(
            "home",
            button(help_message.REQUEST_KEY, words("Request a key"), style="primary"),
            button(help_message.WHY, words("Why does it fail?")),
            button(REFRESH, words("Refresh")),
            *([button(away_modal.OPEN, words("I'm away…"))] if has_deputy else []),
        ),
        *_waiting(words, policy, waiting, more=more_waiting),
        *_keys(words, live, console),
        *_requests(words, others),
        context(words("As of {date}", date=date(now))),
    ]
    return {"type": "home", "blocks": blocks}


def _waiting(words: Words, policy: Policy, waiting: Sequence[KeyRequest], *, more: bool) -> list[Block]:
    if not waiting:
        return []
    if more:
        title = words("{n} requests wait for you, and more", n=len(waiting))
    else:
        title = words.many("{n} request waits for you", "{n} requests wait for you", len(waiting))
    blocks: list[Block] = [divider(), header(title)]
    for request in waiting[:SHOWN]:
        asked = words(
            "*{id}* · {who} · `{project}` · {environment} · {time}",
            id=request.id,
            who=mention(request.requester.user_id),
            project=request.project_id,
            environment=escape(request.environment),
            time=request.lifetime,
        )
        blocks += [section(asked), quoted(request.purpose), request_card.decision(words, request, policy)]
    return [*blocks, *_more(words, waiting)]


def _keys(words: Words, live: Sequence[KeyRequest], console: str) -> list[Block]:
    blocks: list[Block] = [divider(), header(words("Your keys"))]
    if not live:
        return [*blocks, section(words("You have no live key."))]
    for request in live[:SHOWN]:
        expires = date(request.expires_at) if request.expires_at else ""
        blocks += [
            section(
                words(
                    "*{id}* · `{project}` · expires {expires}",
                    id=request.id,
                    project=request.project_id,
                    expires=expires,
                )
            ),
            actions(
                f"key:{request.id}",
                button(
                    requester_dm.OPEN_SECRET,
                    words("Open in Secret Manager"),
                    request.id,
                    url=secret_link.console(request, console),
                ),
                button(requester_dm.HOW_TO_USE, words("How to use it"), request.id),
                button(requester_dm.WHY_KEY, words("It doesn't work"), request.id),
            ),
        ]
    return [*blocks, *_more(words, live)]


def _requests(words: Words, others: Sequence[KeyRequest]) -> list[Block]:
    blocks: list[Block] = [divider(), header(words("Your requests"))]
    if not others:
        return [*blocks, section(words("Nothing here yet."))]
    for request in others[:SHOWN]:
        withdraw = button(
            requester_dm.WITHDRAW,
            words("Withdraw"),
            request.id,
            confirm=confirm(
                words("Withdraw {id}?", id=request.id),
                words("Nobody will be asked any more. You can send a new request at any time."),
                words("Withdraw"),
                words("Keep it"),
                style="danger",
            ),
        )
        pending = request.state is State.PENDING
        blocks.append(
            {**section(line(words, request), withdraw if pending else None), "block_id": f"mine:{request.id}"}
        )
    return [*blocks, *_more(words, others)]


def _more(words: Words, requests: Sequence[KeyRequest]) -> list[Block]:
    """Say that a list is cut."""
    return [context(words("There are more; {n} are shown here.", n=SHOWN))] if len(requests) > SHOWN else []
