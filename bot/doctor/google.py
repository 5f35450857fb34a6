"""Google as a whole: who the bot is there, its own project, and each project of the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor import project, troubles
from bot.doctor.facts import JSON_KEY, PERSON, switched_off
from bot.doctor.project import AREA
from bot.domain import rights
from bot.errors import GoogleError
from bot.languages.words import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.doctor.facts import Identity, PayingFacts, ProjectFacts
    from bot.doctor.line import Line
    from bot.domain.policy import Policy

KINDS = {
    JSON_KEY: N_("{bot}, by a JSON key."),
    PERSON: N_("A person's own login."),
    "attached": N_("{bot}, attached to the machine."),
    "federated": N_("{bot}, by Workload Identity."),
    "impersonated": N_("{bot}, by impersonation."),
}


def nobody(refusal: GoogleError) -> Line:
    """Say that there are no credentials at all, or none that can be read."""
    said = N_("Google's library says: {message}")
    return AREA.problem(troubles.CREDENTIALS_MISSING, said, message=refusal.message)


def identity(who: Identity) -> Line:
    """Say who the bot is, and how it came by that."""
    values = {"bot": who.email or "the bot", "own": who.project_id or "its project"}
    cause = troubles.PERSON if who.kind == PERSON else troubles.JSON_KEY
    said = KINDS.get(who.kind, N_("{bot}."))
    mark = AREA.warning if who.kind in {JSON_KEY, PERSON} else AREA.fine
    return mark(cause, said, **values)


def rejected(who: Identity, everything: Sequence[ProjectFacts]) -> Line | None:
    """Say that Google takes the credentials for nobody's, or does not answer at all."""
    refusals = [refusal for facts in everything for refusal in facts.refusals()]
    values = {"bot": who.email or "the bot", "own": who.project_id or "its project"}
    if any(refusal.status == "UNAUTHENTICATED" for refusal in refusals):
        said = N_("Google answered UNAUTHENTICATED to {call}.")
        call = next(refusal.call for refusal in refusals if refusal.status == "UNAUTHENTICATED")
        return AREA.problem(troubles.CREDENTIALS_REFUSED, said, **values, call=call)
    silent = {"UNAVAILABLE", "DEADLINE_EXCEEDED"}
    if everything and all(_is(facts.project, silent) for facts in everything):
        said = N_("None of its projects could be read within the time limit.")
        return AREA.problem(troubles.GOOGLE_SILENT, said)
    return None


def own_apis(who: Identity, everything: Sequence[ProjectFacts]) -> Iterator[Line]:
    """Name each API that is off in the bot's own project: the error about it looks like the key's project."""
    found: dict[str, GoogleError] = {}
    for facts in everything:
        for refusal in facts.refusals():
            if switched_off(refusal):
                found.setdefault(refusal.metadata.get("service", ""), refusal)
    for service, refusal in sorted(found.items()):
        consumer = refusal.metadata.get("consumer", "").removeprefix("projects/")
        yield AREA.problem(
            troubles.OWN_API_OFF,
            N_("{call} was refused for project {consumer}, which is the bot's own."),
            who.project_id or consumer,
            service=service,
            own=who.project_id or consumer,
            consumer=consumer,
            call=refusal.call,
        )
    if not found:
        own = who.project_id or "the bot's own project"
        said = N_("Every API that it calls is on there.")
        yield AREA.fine(troubles.OWN_API_OFF, said, own, own=own)


def each(facts: ProjectFacts, who: Identity, policy: Policy) -> Iterator[Line]:
    """Look at one project of the policy."""
    bot = who.email or "the bot"
    listed = policy.project(facts.project_id)
    environments = listed.environments if listed else ()
    required = any(policy.environments[name].billing_required for name in environments)
    yield from project.state(facts, bot)
    yield from project.billing(facts, required=required)
    yield from project.apis(facts)
    yield from project.account(facts)
    yield from project.org_policy(facts)
    yield from project.permissions(facts, bot, policy)
    yield from project.keys(facts)


def readers(everything: Sequence[ProjectFacts]) -> Iterator[Line]:
    """Say who can read key strings past Secret Manager: the bot's grant is never the only way."""
    hidden = []
    for facts in everything:
        if isinstance(facts.readers, GoogleError):
            hidden += [] if switched_off(facts.readers) else [facts.project_id]
        elif facts.readers:
            people = ", ".join(sorted({f"{member} ({role})" for role, member in facts.readers}))
            said = N_("By their roles on the project: {people}.")
            values = {"people": people, "project": facts.project_id}
            yield AREA.warning(troubles.OTHER_READERS, said, facts.project_id, **values)
        else:
            said = N_("Nobody holds a basic or API Keys role on the project itself.")
            yield AREA.fine(troubles.OTHER_READERS, said, facts.project_id)
    if hidden:
        said = N_("The bot may not read the policies of {projects}, and need not.")
        values = {"projects": ", ".join(hidden), "project": hidden[0]}
        yield AREA.unknown(troubles.OTHER_READERS, said, hidden[0], **values)


def link_account(name: str, facts: PayingFacts, who: Identity) -> Line:
    """Look at a billing account that the policy lets the bot link."""
    values = {"account": name, "account_id": name.removeprefix("billingAccounts/"), "bot": who.email}
    if facts.open is False:
        return AREA.problem(troubles.LINK_ACCOUNT, N_("{account} is closed."), name, **values)
    for unread in (facts.open, facts.held):
        if isinstance(unread, GoogleError):
            said = N_("Google answered {status} about {account}.")
            mark = AREA.problem if unread.permanent else AREA.unknown
            return mark(troubles.LINK_ACCOUNT, said, name, **values, status=unread.status)
    if isinstance(facts.held, frozenset) and rights.PAYING not in facts.held:
        said = N_("TestIamPermissions does not list {permissions}.")
        return AREA.problem(troubles.LINK_ACCOUNT, said, name, **values, permissions=rights.PAYING)
    return AREA.fine(troubles.LINK_ACCOUNT, N_("{account} is open, and the bot may link it."), name, **values)


def _is(fact: object, statuses: set[str]) -> bool:
    return isinstance(fact, GoogleError) and fact.status in statuses
