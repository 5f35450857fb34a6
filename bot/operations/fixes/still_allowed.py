"""Hold a fix against today's people and policy, at the click that has it done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import rules
from bot.domain.repair import Remedy
from bot.errors import Refused
from bot.operations.projects.new_project_rules import check_may_have, rules_of

if TYPE_CHECKING:
    from bot.domain.person import Person
    from bot.domain.repair import Repair
    from bot.operations.desk import Desk


async def check_still_allowed(desk: Desk, asked: Repair) -> None:
    """Refuse a fix to who could not ask for it today, and what the policy gives no more."""
    requester = await desk.directory.person(asked.team_id, asked.requester.user_id)
    try:
        rules.check_requester(requester, desk.policy(), asked.team_id)
    except Refused:
        raise Refused(
            "{name} can ask for nothing any more: that account is off, or no company account.",
            name=asked.requester.name,
        ) from None
    match asked.offer.remedy:
        case Remedy.GRANT_ROLE if not {*asked.offer.after} <= {*desk.policy().roles.grant}:
            raise Refused("Your company's policy doesn't let me give these roles any more.")
        case Remedy.NEW_PROJECT:
            await _check_new_project(desk, asked, requester)


async def _check_new_project(desk: Desk, asked: Repair, requester: Person) -> None:
    """Hold it against the rules by which it was asked for, and the card against where it would be made."""
    offer, new = asked.offer, rules_of(desk.policy())
    try:
        await check_may_have(desk, requester, offer.project_id, offer.environment)
    except Refused:
        raise Refused(
            "By the policy of today {name} may not have {project} for {environment}.",
            name=asked.requester.name,
            project=offer.project_id,
            environment=offer.environment,
        ) from None
    if offer.after != (new.folder, new.billing_account):
        raise Refused(
            "The policy names another folder or billing account now. Deny {id}; it can be asked for again.",
            id=asked.id,
        )
