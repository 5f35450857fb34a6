"""Answer a case: read the facts that matter, all at once, weigh them, and say what can be done by a press."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.diagnosis import verdict
from bot.diagnosis.case import Report, Sight
from bot.diagnosis.facts import Facts
from bot.diagnosis.judge import facts_needed
from bot.diagnosis.probes import Subject
from bot.errors import NoPolicy
from bot.operations.why_403 import lacking, repairable, whose
from bot.operations.why_403.able import able
from bot.operations.why_403.look import LONGEST, Looked, look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from bot.diagnosis.case import Case, Said
    from bot.diagnosis.cause import Cause
    from bot.diagnosis.probes import RecordedKey, World
    from bot.diagnosis.verdict import Weighed
    from bot.domain.key_request import KeyRequest
    from bot.domain.person import Person
    from bot.domain.policy import Policy
    from bot.operations.why_403.able import Able, Rights

# Buttons in one row of the answer.
MOST_OFFERS = 5


class Records(Protocol):
    """The requests, as far as this goes."""

    async def mine(self, team_id: str, user_id: str, limit: int = 10, offset: int = 0) -> list[KeyRequest]:
        """List one person's requests, newest first."""


class Numbers(Protocol):
    """Whose project a number is."""

    async def project_id(self, number: str) -> str:
        """Name a project by its number; empty when it cannot be known."""


@dataclass(frozen=True, slots=True)
class Explainer:
    """What an answer takes, introduced once in `bot.wiring`."""

    world: World
    rights: Rights
    numbers: Numbers
    records: Records
    policy: Callable[[str], Policy]
    now: Callable[[], datetime]
    longest: timedelta = timedelta(seconds=LONGEST)

    async def look(self, needed: AbstractSet[str], subject: Subject) -> Looked:
        """Read these facts about one subject."""
        return await look(self.world, needed, subject, self.now, self.longest)


async def answer(explainer: Explainer, case: Case) -> Report:
    """Explain a case, or say why not: without a policy, or before this worker has it, nothing may be read."""
    try:
        return await explain(explainer, case)
    except NoPolicy as error:
        at = explainer.now()
        return Report(findings=(), readings=(), at=at, sight=Sight.NOT_NAMED, unable=error.template)


async def explain(explainer: Explainer, case: Case) -> Report:
    """Say why the call of a case failed; nothing that Google refuses to tell is raised, only `NoPolicy`."""
    policy = explainer.policy(case.team_id)
    mine = await explainer.records.mine(case.team_id, case.asker.user_id, limit=50)
    keys = whose.recorded_keys(mine, case.request_id)
    project, sight = await _project(explainer, policy, case, keys)
    error = verdict.error_of(case)
    causes = verdict.causes_for(case, error, billing_matters=any(key.billing_required for key in keys))
    subjects = whose.subjects(error, project, named=sight is not Sight.NOT_NAMED, keys=keys)
    compared = whose.comparison(case, project, keys, whose.recorded_keys(mine))
    (looked, usage), rights = await asyncio.gather(
        _look_at_all(explainer, case, causes, subjects, compared, keys),
        able(
            explainer.rights,
            _projects(case, subjects, keys),
            _needs(case, causes),
            explainer.now,
            explainer.longest,
        ),
    )
    told = whose.told(case) if sight is not Sight.SEEN else Looked({}, ())
    facts = [Facts({**told.facts, **compared, **usage.facts, **one.facts}) for one in looked]
    found = verdict.weighed(causes, error, list(zip(subjects, facts, strict=True)), each=case.parsed is None)
    pasted = repairable.replacements(keys, rights.held) if case.secrets else ()
    return Report(
        findings=tuple(_said(one, rights, case.asker) for one in found),
        readings=verdict.joined(
            [*(reading for part in (*looked, told, usage) for reading in part.readings), *rights.readings]
        ),
        at=explainer.now(),
        sight=sight,
        project=project or whose.named(error),
        keys=tuple(key.request_id for key in keys),
        offers=(
            *repairable.offers(found, rights.held, policy),
            *lacking.offers(found, rights, case.asker, policy),
            *pasted,
        )[:MOST_OFFERS],
    )


async def _project(
    explainer: Explainer, policy: Policy, case: Case, keys: Sequence[RecordedKey]
) -> tuple[str, Sight]:
    """Find the project that may be looked at: one of the policy's, or one that holds a key of the asker."""
    named = whose.bare((case.parsed and case.parsed.consumer) or "") or case.project_id
    if not named:
        own = {key.project_id for key in keys}
        return (own.pop() if len(own) == 1 else "", Sight.NOT_NAMED)
    known = {project.id for project in policy.projects} | {key.project_id for key in keys}
    found = next((key.project_id for key in keys if key.lives_in(named)), named)
    if found.isdigit():
        found = await explainer.numbers.project_id(found)
    return (found, Sight.SEEN) if found in known else ("", Sight.NOT_OURS)


def _projects(case: Case, subjects: Iterable[Subject], keys: Iterable[RecordedKey]) -> set[str]:
    """Name the projects in which a fix may be wanted."""
    pasted = {key.project_id for key in keys if key.live} if case.secrets else set()
    return pasted | {subject.project for subject in subjects if subject.project}


def _said(one: Weighed, rights: Able, asker: Person) -> Said:
    """Say a finding, with who could mend it and what the asker lacks."""
    where = one.subject.project, one.finding.cause.fix.needs
    said = verdict.said(one, rights.held, rights.people(*where), rights.refused(*where))
    return lacking.completed(said, one.subject.project, rights, asker)


def _needs(case: Case, causes: Iterable[Cause]) -> set[str]:
    pasted = {repairable.CREATE} if case.secrets else set()
    named = tuple(causes)
    return (
        pasted | {cause.fix.needs for cause in named if cause.fix.needs} | lacking.needs(c.id for c in named)
    )


async def _look_at_all(
    explainer: Explainer,
    case: Case,
    causes: tuple[Cause, ...],
    subjects: Sequence[Subject],
    compared: Mapping[str, object],
    keys: Sequence[RecordedKey],
) -> tuple[list[Looked], Looked]:
    """Read what the causes ask for about each subject, and the keys' usage where it supports a finding."""
    needed = set(facts_needed(causes)) - {"key_used"}
    if case.parsed is None:
        needed |= {"models_listed", "billing_enabled"}
    about = [explainer.look(needed, subject) for subject in subjects]
    mismatch = False in compared.values()
    *looked, used = await asyncio.gather(
        *about, _usage(explainer, keys if mismatch or case.parsed is None else ())
    )
    return looked, used


async def _usage(explainer: Explainer, keys: Sequence[RecordedKey]) -> Looked:
    """Tell whether any of the keys was used; silence counts only when all of them could be asked."""
    counted = await asyncio.gather(
        *(explainer.look({"key_used"}, Subject(key=key)) for key in keys if key.uid)
    )
    readings = tuple(reading for one in counted for reading in one.readings)
    used = [one.facts.get("key_used") for one in counted]
    if True in used:
        return Looked({"key_used": True}, readings)
    return Looked({"key_used": False} if used and None not in used else {}, readings)
