"""Be away, and let somebody stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import absence, rules
from bot.domain.absence import Absence

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.person import Person
    from bot.operations.desk import Desk


async def leave(desk: Desk, who: Person, deputy_id: str, until: datetime) -> Absence:
    """Let a deputy decide in one's place until then; it ends by itself."""
    away = Absence(user_id=who.user_id, deputy_id=deputy_id, until=until)
    rules.check_member(who, desk.team_id)
    absence.check(away, desk.policy().direct, desk.now())
    deputy = await desk.directory.person(who.team_id, deputy_id)
    rules.check_requester(deputy, desk.policy(), desk.team_id)
    await desk.absences.put(who.team_id, away)
    return away


async def come_back(desk: Desk, who: Person) -> bool:
    """Decide oneself again; False when one was not away."""
    return await desk.absences.end(who.team_id, who.user_id)
