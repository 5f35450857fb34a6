"""The Home tab: what waits for me, my keys and my requests, each a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.domain.key_request import State
from handlers.surfaces import (
    away_modal,
    find_modal,
    help_message,
    home_keys,
    new_project,
    old_keys_modal,
    pause_note,
    repair_card,
    request_card,
    requester_dm,
)
from handlers.surfaces.blocks import Block, actions, button, context, divider, header, quoted, section
from handlers.surfaces.listed import turning
from handlers.surfaces.request_line import line
from handlers.surfaces.text import date, escape, mention

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.domain.key_uses import KeyUses
    from bot.domain.listing import Listing
    from bot.domain.office import Office
    from bot.domain.policy import Policy
    from bot.domain.repair import Repair
    from bot.languages.words import Words

REFRESH, MORE = "refresh_home", "home_more"
# More are on their cards: Home has room for a hundred blocks.
FIXES = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One page of one list; `total` counts all that is known of, and `uncounted` says that there is more."""

    listing: Listing
    requests: Sequence[KeyRequest]
    total: int = 0
    uncounted: bool = False
    shown: str = ""
    following: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All that stands on one person's Home: what waits, and for a guest why there is nothing to press."""

    waiting: Part
    keys: Part
    others: Part
    office: Office | None = None
    may_find: bool = False
    may_make: bool = False
    has_deputy: bool = False
    uses: Mapping[str, KeyUses] = field(default_factory=dict)
    fixes: Sequence[Repair] = ()
    refused: str = ""


def build(words: Words, policy: Policy, contents: Contents, *, console: str, now: datetime) -> Block:
    """Render a person's Home: three lists of ten at most, within Slack's hundred blocks."""
    blocks = [
        header(words("Gemini keys")),
        *(pause_note.banner(words, contents.office) if contents.office else []),
        section(contents.refused) if contents.refused else _buttons(words, contents),
        *_waiting(words, policy, contents.waiting),
        *_fixes(words, contents.fixes),
        *_keys(words, contents, console, now),
        *_others(words, contents.others),
        context(words("As of {date}", date=date(now))),
    ]
    return {"type": "home", "blocks": blocks}


def _buttons(words: Words, contents: Contents) -> Block:
    buttons = [
        button(help_message.REQUEST_KEY, words("Request a key"), style="primary"),
        button(help_message.WHY, words("Why does it fail?")),
    ]
    if contents.may_make:
        buttons.append(new_project.opening(words))
    if contents.may_find:
        buttons.append(button(find_modal.OPEN, words("Find…"), label=words("Find requests and keys")))
        label = words("List all keys of a project, whoever made them")
        buttons.append(button(old_keys_modal.OPEN, words("Old keys…"), label=label))
    if contents.has_deputy:
        buttons.append(button(away_modal.OPEN, words("I'm away…")))
    return actions("home", *buttons, button(REFRESH, words("Refresh")))


def _waiting(words: Words, policy: Policy, part: Part) -> list[Block]:
    if not part.requests and not part.shown:
        return []
    if part.uncounted:
        title = words("{n} requests wait for you, and more", n=part.total)
    else:
        title = words.many("{n} request waits for you", "{n} requests wait for you", part.total)
    blocks: list[Block] = [divider(), header(title)]
    for request in part.requests:
        asked = words(
            "*{id}* · {who} · `{project}` · {environment} · {time}",
            id=request.id,
            who=mention(request.requester.user_id),
            project=request.project_id,
            environment=escape(request.environment),
            time=request.lifetime,
        )
        blocks += [section(asked), quoted(request.purpose), request_card.decision(words, request, policy)]
    return [*blocks, *_turning(words, part)]


def _fixes(words: Words, fixes: Sequence[Repair]) -> list[Block]:
    if not fixes:
        return []
    title = words.many("{n} fix waits for you", "{n} fixes wait for you", len(fixes))
    blocks: list[Block] = [divider(), header(title)]
    for repair in fixes[:FIXES]:
        blocks += repair_card.brief(words, repair)
    return blocks


def _keys(words: Words, contents: Contents, console: str, now: datetime) -> list[Block]:
    part = contents.keys
    counted = words("Your keys ({n})", n=part.total) if part.total else words("Your keys")
    blocks: list[Block] = [divider(), header(counted)]
    if not part.requests:
        blocks.append(section(words("You have no live key.")))
    for request in part.requests:
        blocks += home_keys.build(words, request, contents.uses.get(request.project_id), console, now)
    return [*blocks, *_turning(words, part)]


def _others(words: Words, part: Part) -> list[Block]:
    blocks: list[Block] = [divider(), header(words("Your requests"))]
    if not part.requests:
        blocks.append(section(words("Nothing here yet.")))
    for request in part.requests:
        pending = request.state is State.PENDING
        withdraw = requester_dm.withdraw_button(words, request) if pending else None
        blocks.append({**section(line(words, request), withdraw), "block_id": f"mine:{request.id}"})
    return [*blocks, *_turning(words, part)]


def _turning(words: Words, part: Part) -> list[Block]:
    buttons = turning(words, MORE, part.listing, shown=part.shown, following=part.following)
    return [actions(f"pages:{part.listing.kind}", *buttons)] if buttons else []
