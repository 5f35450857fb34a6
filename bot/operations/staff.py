"""Notice when nobody is left who may decide."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import office, rules
from bot.domain.audit import BOT, Event
from bot.errors import Refused
from bot.operations.desk import approver_ids

if TYPE_CHECKING:
    from bot.operations.desk import Desk
    from bot.operations.pause import Offices


async def check_staff(desk: Desk, offices: Offices, team_id: str) -> None:
    """Look whether an approver is there; a change is announced once, and `Unavailable` is no change."""
    present, now = await _somebody(desk, team_id), desk.now()
    verb = "staffed" if present else "vacant"
    change = partial(office.staff, at=now, present=present)
    await offices.edit(team_id, change, Event(at=now, by=BOT, verb=verb))


async def _somebody(desk: Desk, team_id: str) -> bool:
    for user_id in sorted(await approver_ids(desk, team_id)):
        try:
            rules.check_member(await desk.directory.person(team_id, user_id), team_id)
        except Refused:
            continue
        return True
    return False
