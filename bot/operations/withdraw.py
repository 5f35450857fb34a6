"""Take back one's own request."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import deciding
from bot.domain.audit import Event

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.domain.person import Person
    from bot.operations.desk import Desk


async def withdraw(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Withdraw a request that nobody has decided yet."""
    now = desk.now()
    return await desk.requests.edit(
        team_id,
        request_id,
        partial(deciding.withdraw, by=by, at=now),
        Event(at=now, by=by.user_id, verb="withdraw"),
    )
