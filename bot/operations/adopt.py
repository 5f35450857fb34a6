"""Take care of keys that others made: an owner and an end, a successor, narrower rights, or an end now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from bot.domain import rules
from bot.domain.key_request import Adopted, State
from bot.domain.names import GEMINI
from bot.domain.repair import Offer, Remedy
from bot.domain.repair import State as RepairState
from bot.errors import Conflict, NotFound, Refused
from bot.operations import decide
from bot.operations.desk import decider_ids_of, members_of
from bot.operations.fixes import fix
from bot.operations.submit import submit

if TYPE_CHECKING:
    from bot.domain.key_request import Draft, KeyRequest
    from bot.domain.person import Person
    from bot.domain.repair import Repair
    from bot.domain.survey import FoundKey, Survey
    from bot.operations.desk import Desk
    from bot.operations.fixes.fix import Bench


class Surveys(Protocol):
    """The keys of each project as last listed."""

    async def get(self, team_id: str, project_id: str) -> Survey | None:
        """Read what was listed last."""


@dataclass(frozen=True, slots=True)
class AdoptDesk:
    """What this takes, introduced once in `bot.wiring`."""

    desk: Desk
    bench: Bench
    surveys: Surveys


async def found(at: AdoptDesk, team_id: str, project_id: str, key_id: str) -> tuple[Survey, FoundKey]:
    """Find a key in the project's last list; whoever made it, it must not be ours already."""
    survey = await at.surveys.get(team_id, project_id)
    key = survey.key(key_id) if survey else None
    if survey is None or key is None:
        raise NotFound(
            "That list of keys is too old. An approver renews it with `/gemini-key admin migrate {project}`.",
            project=project_id,
        )
    if key.request_id:
        raise Conflict("That key belongs to {id} already.", id=key.request_id)
    return survey, key


async def may_give(desk: Desk, person: Person, project_id: str, environment: str = "") -> bool:
    """Tell whether somebody may name another person as owner: whoever decides there."""
    above = await members_of(desk, person.team_id, desk.policy().step_ups(project_id, environment))
    return person.user_id in above | await decider_ids_of(desk, person.team_id, project_id, environment)


async def claim(
    at: AdoptDesk, draft: Draft, by: Person, *, owner_id: str, replaced: bool, once: str
) -> KeyRequest:
    """Ask for a found key to be somebody's; who decides there and asks for another has said yes with it."""
    desk, team_id = at.desk, by.team_id
    rules.check_member(by, team_id)
    owner = by if owner_id in {"", by.user_id} else await desk.directory.person(team_id, owner_id)
    if owner.account != by.account and not await may_give(desk, by, draft.project_id, draft.environment):
        raise Refused("Only Gemini key approvers can give a key to somebody else.")
    named = draft.adopted.key_id if draft.adopted else ""
    _, key = await found(at, team_id, draft.project_id, named)
    whole = replace(draft, adopted=Adopted(key_id=key.key_id, name=key.display_name, replaced=replaced))
    asked = await submit(desk, whole, owner, once=once, by=by)
    return asked if owner.account == by.account else await _said_yes(desk, asked, by)


async def _said_yes(desk: Desk, asked: KeyRequest, by: Person) -> KeyRequest:
    """Count the approver's own yes; a second delivery of the same form changes nothing."""
    decided = any(approval.by.account == by.account for approval in asked.approvals)
    if asked.state is not State.PENDING or decided:
        return asked
    return await decide.approve(desk, asked.team_id, asked.id, by)


async def tend(at: AdoptDesk, project_id: str, key_id: str, remedy: Remedy, by: Person) -> Repair:
    """Restrict a found key to the Gemini API, or delete it: decided as any other fix is."""
    survey, key = await found(at, by.team_id, project_id, key_id)
    offer = Offer(
        remedy=remedy,
        cause="",
        project_id=project_id,
        key_id=key_id,
        key_name=key.display_name,
        before=key.services if remedy is Remedy.RESTRICT_KEY else (),
        after=(GEMINI,) if remedy is Remedy.RESTRICT_KEY else (),
    )
    once = f"{remedy}:{project_id}:{key_id}:{survey.at.timestamp()}"
    return await fix.take(at.bench, offer, by, once=once)


async def undelete(at: AdoptDesk, repair_id: str, by: Person) -> Repair:
    """Bring back what a fix deleted; decided as the deleting was."""
    done = await at.bench.repairs.get(by.team_id, repair_id)
    if done.offer.remedy is not Remedy.DELETE_KEY or done.state is not RepairState.DONE:
        raise Conflict("{id} deleted no key.", id=repair_id)
    offer = replace(done.offer, remedy=Remedy.UNDELETE_KEY)
    return await fix.take(at.bench, offer, by, once=f"undelete:{repair_id}")
