"""Ask for a new project: decided on a card, by the rules of the environment that it is for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain import rules
from bot.domain.new_projects import PLACE
from bot.domain.redact import redact
from bot.domain.repair import Offer, Remedy
from bot.errors import Conflict, Refused
from bot.operations.fix import take
from bot.operations.submit import check_may_ask

if TYPE_CHECKING:
    from bot.domain.new_projects import NewProjects
    from bot.domain.person import Person
    from bot.domain.policy import Policy
    from bot.domain.repair import Repair
    from bot.operations.fix import Bench


def rules_of(policy: Policy) -> NewProjects:
    """Read the policy's rules for new projects, or refuse."""
    if policy.new_projects is None:
        raise Refused("Your company's policy lets me make no projects. Ask a project owner for one.")
    return policy.new_projects


async def ask(bench: Bench, by: Person, name: str, environment: str, purpose: str, *, once: str) -> Repair:
    """Ask for it; the same delivery again gives the same one."""
    policy = bench.desk.policy()
    new = rules_of(policy)
    try:
        project_id = new.project_id(name)
    except Refused as error:
        raise rules.Invalid("project", error.template, **error.values) from None
    if environment not in new.environments:
        raise rules.Invalid("environment", "Choose an environment.")
    rules.check_purpose(purpose, environment, policy.environments[environment])
    written = policy.written
    if written.entry(project_id) != written.entry(new.id_pattern.replace(PLACE, "abc")):
        raise rules.Invalid(
            "project",
            "Choose another name: the policy has rules of its own for {project}.",
            project=project_id,
        )
    as_listed = written.over((project_id,))
    await check_may_ask(replace(bench.desk, policy=lambda: as_listed), by, project_id, environment)
    if policy.project(project_id):
        raise Conflict("{project} is there already. `/gemini-key request {project}`", project=project_id)
    offer = Offer(
        remedy=Remedy.NEW_PROJECT,
        cause="",
        project_id=project_id,
        after=(new.folder, new.billing_account),
        environment=environment,
        purpose=redact(purpose.strip()),  # a pasted key is not kept
    )
    return await take(bench, offer, by, once=f"new-project:{once}")
