"""Look at lists: everybody at his own, approvers and admins at all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import rules
from bot.domain.listing import Kind
from bot.operations.decide import check_may_see
from bot.operations.desk import check_overseer, decider_ids_of

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.domain.listing import Listing, Page
    from bot.domain.person import Person
    from bot.operations.desk import Desk

_OWN = frozenset({Kind.MINE, Kind.HELD})


async def page(desk: Desk, team_id: str, listing: Listing, by: Person, cursor: str = "") -> Page:
    """Read one page of a list, for whoever may see it."""
    own = listing.kind in _OWN and by.account == (team_id, listing.subject)
    if not own:
        await _check_may_see_others(desk, team_id, listing, by)
    return await desk.requests.page(team_id, listing, cursor)


async def show(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Read one request, for its owner and for approvers and admins."""
    request = await desk.requests.get(team_id, request_id)
    if by.account != request.requester.account:
        await check_may_see(desk, request, by)
    return request


async def _check_may_see_others(desk: Desk, team_id: str, listing: Listing, by: Person) -> None:
    """Let a project's own approvers look into it, and the company's approvers and admins everywhere."""
    deciders = (
        await decider_ids_of(desk, team_id, listing.subject, "") if listing.kind is Kind.PROJECT else ()
    )
    if by.user_id in deciders:
        rules.check_member(by, team_id)
    else:
        await check_overseer(desk, team_id, by)
