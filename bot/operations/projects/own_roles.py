"""Ask for the roles that a setup's list offers to who asked for it: by a card, as why-403 does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import Conflict, Refused
from bot.operations.fixes import fix

if TYPE_CHECKING:
    from bot.domain.person import Person
    from bot.domain.repair import Repair
    from bot.operations.fixes.fix import Bench
    from bot.operations.projects.set_up import SetupDesk


async def ask(setting: SetupDesk, bench: Bench, team_id: str, setup_id: str, by: Person) -> Repair:
    """Turn the offer of the last look into a fix; the same look gives the same one."""
    found = await setting.setups.get(team_id, setup_id)
    if found.requester.account != by.account:
        raise Refused("Only the person who asked can take this up.")
    if found.offer is None:
        raise Conflict("That is done, or can't be done by me any more. Press Check again.")
    return await fix.take(bench, found.offer, by, once=f"setup-roles:{found.id}:{found.run}")
