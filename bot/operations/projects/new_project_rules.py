"""Who may have a new project, and by whose rules: those of the policy's entry that will stand for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain import rules
from bot.domain.new_projects import PLACE
from bot.errors import BotError, Refused
from bot.operations.submit import check_may_ask

if TYPE_CHECKING:
    from bot.domain.new_projects import NewProjects
    from bot.domain.person import Person
    from bot.domain.policy import Policy
    from bot.operations.desk import Desk

# Any name will do to find the entry that stands for what is made.
SOME_NAME = "abc"


def rules_of(policy: Policy) -> NewProjects:
    """Read the policy's rules for new projects, or refuse."""
    if policy.new_projects is None:
        raise Refused("Your company's policy lets me make no projects. Ask a project owner for one.")
    return policy.new_projects


def with_listed(desk: Desk, project_id: str) -> Desk:
    """Give a desk whose policy lists a project that is not there yet, as it will once it is."""
    listed = desk.policy().written.over((project_id,))
    return replace(desk, policy=lambda: listed)


async def check_may_have(desk: Desk, person: Person, project_id: str, environment: str) -> None:
    """Refuse an id that another entry stands for, and who may not ask where this one's stands."""
    new, written = rules_of(desk.policy()), desk.policy().written
    if environment not in new.environments:
        raise rules.Invalid("environment", "Choose an environment.")
    if written.entry(project_id) != written.entry(new.id_pattern.replace(PLACE, SOME_NAME)):
        raise rules.Invalid(
            "project",
            "Choose another name: the policy has rules of its own for {project}.",
            project=project_id,
        )
    await check_may_ask(with_listed(desk, project_id), person, project_id, environment)


async def environments_for(desk: Desk, person: Person) -> tuple[str, ...]:
    """List the environments that this person may ask for a new project for; none where none is made."""
    new = desk.policy().new_projects
    if new is None:
        return ()
    rules.check_requester(person, desk.policy(), desk.team_id)
    some_id = new.id_pattern.replace(PLACE, SOME_NAME)
    listed = with_listed(desk, some_id)
    return tuple([name for name in new.environments if await _may_ask(listed, person, some_id, name)])


async def _may_ask(desk: Desk, person: Person, project_id: str, environment: str) -> bool:
    try:
        await check_may_ask(desk, person, project_id, environment)
    except Refused:
        return False
    return True


async def may_make(desk: Desk, person: Person) -> bool:
    """Tell whether to offer new projects to somebody at all; not while nobody can say who may ask."""
    try:
        return bool(await environments_for(desk, person))
    except BotError:
        return False
