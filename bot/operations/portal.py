"""What a token of the HTTP API may do: ask in somebody's name, and look. It never decides."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bot.domain import rules
from bot.domain.fingerprint import fingerprint
from bot.domain.key_request import State
from bot.domain.listing import Kind, Listing, Page
from bot.errors import Conflict, NotFound, Refused
from bot.operations.submit import submit

if TYPE_CHECKING:
    from bot.domain.api_token import ApiToken
    from bot.domain.key_request import Draft, KeyRequest
    from bot.domain.person import Person
    from bot.operations.desk import Desk

_BY_STATE = {State.PENDING: Kind.PENDING, State.ACTIVE: Kind.LIVE}


async def ask(desk: Desk, token: ApiToken, draft: Draft, user_id: str, *, key: str) -> KeyRequest:
    """Ask for a key in somebody's name, by the rules of the form; the same `key` is the same request."""
    requester = await _spoken_for(desk, token, user_id)
    once = f"{token.via}:{hashlib.sha256(key.encode()).hexdigest()}"
    request = await submit(desk, draft, requester, once=once, via=token.via)
    wanted = fingerprint(requester.user_id, draft)
    if await desk.requests.fingerprint(requester.team_id, once) != wanted:
        raise Conflict("That Idempotency-Key belongs to another request, {id}.", id=request.id)
    return request


async def show(desk: Desk, token: ApiToken, request_id: str) -> KeyRequest:
    """Read a request; to a token for one person, nobody else's exist."""
    await _check_still_here(desk, token)
    request = await desk.requests.get(token.team_id, request_id)
    if token.person and request.requester.user_id != token.person:
        raise NotFound("I don't know {id}.", id=request_id)
    return request


async def page(
    desk: Desk, token: ApiToken, *, person: str, project: str, state: State | None, cursor: str, limit: int
) -> Page:
    """Read one page of the shortest list that has what is wanted; a page may hold less than `limit`."""
    await _check_still_here(desk, token)
    person = _whose(token, person)
    found = await desk.requests.page(token.team_id, _listing(person, project, state), cursor, limit)
    kept = [
        request
        for request in found.requests
        if (not project or request.project_id == project) and (state is None or request.state is state)
    ]
    return Page(kept, found.total, found.cursor)


def _listing(person: str, project: str, state: State | None) -> Listing:
    if person:
        return Listing(Kind.MINE, person)
    if project:
        return Listing(Kind.PROJECT, project)
    if state in _BY_STATE:
        return Listing(_BY_STATE[state])
    raise Refused("Name a person, a project, or the state pending or active.")


def _whose(token: ApiToken, user_id: str) -> str:
    """Settle whom a call is about; a token for one person needs no name and takes no other."""
    if token.person and user_id not in {"", token.person}:
        raise Refused("This token speaks for {person} alone.", person=token.person)
    return user_id or token.person


async def _spoken_for(desk: Desk, token: ApiToken, user_id: str) -> Person:
    named = _whose(token, user_id)
    if not named:
        raise rules.Invalid("person", "Say who gets the key: a Slack user id (U…).")
    return await desk.directory.person(token.team_id, named)


async def _check_still_here(desk: Desk, token: ApiToken) -> None:
    """Let a person's token go with the person."""
    if token.person:
        rules.check_member(await desk.directory.person(token.team_id, token.person), token.team_id)
