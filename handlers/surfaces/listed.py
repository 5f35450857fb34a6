"""Pages of requests: in an ephemeral answer or in a modal, with a button to the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.listing import Kind, button_value
from handlers.surfaces import request_card
from handlers.surfaces.blocks import Block, actions, button, context, modal, section
from handlers.surfaces.text import brief, mention

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.domain.listing import Listing, Page
    from bot.languages.words import Words
    from bot.operations.offboard import Seen

MORE = "more_requests"


def message(words: Words, listing: Listing, page: Page, cursor: str = "") -> tuple[str, list[Block]]:
    """Show a page in an answer that is replaced by the next one."""
    lines = [line(words, request, listing) for request in page.requests]
    text = title(words, listing, page)
    return "\n".join([text, *lines]), _blocks(words, listing, page, cursor)


def mine(words: Words, listing: Listing, page: Page) -> tuple[str, list[Block]]:
    """Show a person the first page of his own requests."""
    if page.requests:
        return message(words, listing, page)
    text = words("You have no requests yet. Ask for a key with `/gemini-key request`.")
    return text, [section(text)]


def seen_off(words: Words, user_id: str, seen: Seen) -> tuple[str, list[Block]]:
    """Say what became of a person's requests and keys."""
    lines = [
        words("Requests closed: {ids}", ids=words.items(seen.closed)) if seen.closed else "",
        words("Keys handed over: {ids}", ids=words.items(seen.handed)) if seen.handed else "",
        words("Keys being revoked: {ids}", ids=words.items(seen.revoked)) if seen.revoked else "",
    ]
    said = [line for line in lines if line] or [words("There was nothing to do.")]
    text = "\n".join([words("{who} is seen off.", who=mention(user_id)), *said])
    return text, [section(text)]


def view(words: Words, listing: Listing, page: Page, cursor: str = "") -> Block:
    """Show a page in a modal."""
    return found(words, _blocks(words, listing, page, cursor))


def found(words: Words, blocks: list[Block]) -> Block:
    """Show what was found in a modal."""
    return modal("found_requests", words("Requests and keys"), words("Close"), blocks)


def line(words: Words, request: KeyRequest, listing: Listing) -> str:
    """Say id, project and state; and whose it is, where that is not plain."""
    who = () if listing.kind in {Kind.MINE, Kind.HELD} else (mention(request.requester.user_id),)
    status = request_card.status(words, request)
    return " · ".join([f"*{request.id}*", *who, f"`{request.project_id}`", status])


def title(words: Words, listing: Listing, page: Page) -> str:
    """Say what is listed, and how much of it there is."""
    n, subject = page.total, listing.subject
    if not n:
        return _nothing(words, listing)
    match listing.kind:
        case Kind.MINE:
            return words.many("{n} request of {who}", "{n} requests of {who}", n, who=mention(subject))
        case Kind.HELD:
            return words.many("{n} live key of {who}", "{n} live keys of {who}", n, who=mention(subject))
        case Kind.PROJECT:
            return words.many(
                "{n} open request or key in `{project}`",
                "{n} open requests and keys in `{project}`",
                n,
                project=brief(subject),
            )
        case Kind.LIVE:
            return words.many("{n} live key, next to end first", "{n} live keys, next to end first", n)
        case Kind.PENDING:
            return words.many("{n} undecided request", "{n} undecided requests, longest waiting first", n)


def _nothing(words: Words, listing: Listing) -> str:
    match listing.kind:
        case Kind.MINE:
            return words("{who} has no requests.", who=mention(listing.subject))
        case Kind.PROJECT:
            return words("Nothing is open in `{project}`.", project=brief(listing.subject))
        case Kind.PENDING:
            return words("Nothing waits for a decision.")
        case _:
            return words("There is no live key.")


def _blocks(words: Words, listing: Listing, page: Page, cursor: str) -> list[Block]:
    blocks = [section(f"*{title(words, listing, page)}*")]
    blocks += [section(line(words, request, listing)) for request in page.requests]
    buttons = turning(words, MORE, listing, shown=cursor, following=page.cursor)
    if buttons:
        blocks.append(actions("pages", *buttons))
    if page.requests:
        blocks.append(context(words("`/gemini-key show GK-…` tells a request's whole story.")))
    return blocks


def turning(words: Words, action_id: str, listing: Listing, *, shown: str, following: str) -> list[Block]:
    """Make the buttons that turn pages; `shown` is the cursor of this page, `following` of the next."""
    buttons = []
    if following:
        buttons.append(button(action_id, words("More"), button_value(listing, following)))
    if shown:
        buttons.append(button(f"{action_id}_first", words("From the start"), button_value(listing, "")))
    return buttons
