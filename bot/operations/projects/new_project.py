"""Ask for a new project: decided on a card, by the rules of the environment that it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import rules
from bot.domain.redact import redact
from bot.domain.repair import Offer, Remedy
from bot.errors import Conflict, Refused
from bot.operations.fixes.fix import take
from bot.operations.projects.new_project_rules import check_may_have, rules_of

if TYPE_CHECKING:
    from bot.domain.person import Person
    from bot.domain.repair import Repair
    from bot.operations.fixes.fix import Bench


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
    await check_may_have(bench.desk, by, project_id, environment)
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
    return await take(bench, offer, by, once=once and f"new-project:{once}")
