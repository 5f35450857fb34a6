"""What a person lacks to make keys himself, and which roles of the policy would give it for some hours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.holders import ROLES_WITH
from bot.domain import rights
from bot.domain.repair import Offer, Remedy
from bot.languages.words import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.diagnosis.case import Said
    from bot.diagnosis.verdict import Weighed
    from bot.domain.person import Person
    from bot.domain.policy import Policy
    from bot.operations.why_403.able import Able

CAUSE = "key-create-denied"
# Google: what AI Studio and the console ask of whoever creates a key.
FIVE = (
    "resourcemanager.projects.get",
    "apikeys.keys.create",
    "serviceusage.services.enable",
    "iam.serviceAccounts.create",
    "iam.serviceAccountApiKeyBindings.create",
)
LACKS = N_(
    "On {project} itself you hold no role with {permissions}. Roles by a group, a folder or of the company's "
    "own making are not counted."
)


def needs(causes: Iterable[str]) -> frozenset[str]:
    """Name the rights to ask about; whether the bot may give roles among them."""
    return frozenset({*FIVE, rights.GRANTING}) if CAUSE in causes else frozenset()


def of(able: Able, project_id: str, person: Person) -> tuple[str, ...] | None:
    """List which of the five no role of the person's gives on the project; None where that can't be read."""
    if project_id not in able.grants or not person.email:
        return None
    held = {role for role, member in able.grants[project_id] if member == person.member}
    return tuple(right for right in FIVE if not held & ROLES_WITH[right])


def completed(said: Said, project_id: str, able: Able, asker: Person) -> Said:
    """Tell the asker, beside the finding, exactly what is missing."""
    missing = of(able, project_id, asker) if said.cause == CAUSE else None
    if not missing:
        return said
    values = {"project": project_id, "permissions": ", ".join(missing)}
    return replace(said, evidence=LACKS, evidence_values=values)


def offers(found: Iterable[Weighed], able: Able, asker: Person, policy: Policy) -> Iterator[Offer]:
    """Offer the policy's roles where together they give all that is missing, and the bot may give them."""
    for one in found:
        project_id = one.subject.project
        if one.finding.cause.id != CAUSE or policy.project(project_id) is None:
            continue
        if made := offer(able, project_id, of(able, project_id, asker) or (), policy):
            yield made


def offer(able: Able, project_id: str, missing: tuple[str, ...], policy: Policy) -> Offer | None:
    """Offer the roles of the policy that together give all of these rights, where the bot may give them."""
    chosen = [next((r for r in policy.roles.grant if r in ROLES_WITH[right]), "") for right in missing]
    if not missing or not all(chosen) or rights.GRANTING not in able.held.get(project_id, frozenset()):
        return None
    return Offer(
        remedy=Remedy.GRANT_ROLE,
        cause=CAUSE,
        project_id=project_id,
        after=tuple(dict.fromkeys(chosen)),
        hours=policy.roles.longest.total_seconds() / 3600,
    )
