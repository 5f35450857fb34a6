"""How many keys may be held, and how many a rule may give: counted where the request becomes a grant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta  # noqa: TC003 - a limit is compared by them
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.errors import Refused
from bot.languages.words import N_

if TYPE_CHECKING:
    from bot.domain.automatic import Rule
    from bot.domain.key_request import KeyRequest
    from bot.domain.policy import Policy


class Counted(StrEnum):
    """What a limit counts."""

    PERSON = "person"
    PROJECT = "project"
    RULE = "rule"


SENTENCES = {
    Counted.PERSON: N_("{name} already holds {most} live keys, as many as the policy allows one person."),
    Counted.PROJECT: N_("{project} already has {most} live keys, as many as the policy allows it."),
    Counted.RULE: N_("The rule “{rule}” has already given {name} {most} keys lately."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many live keys; of a rule: so many grants `within` a time before `at`."""

    counted: Counted
    most: int
    rule: str = ""
    at: datetime | None = None
    within: timedelta | None = None


class LimitReached(Refused):
    """Say which limit stands against a grant."""

    def __init__(self, limit: Limit, request: KeyRequest) -> None:
        super().__init__(
            SENTENCES[limit.counted],
            name=request.requester.name,
            project=request.project_id,
            rule=limit.rule,
            most=limit.most,
        )
        self.limit = limit


def quotas(policy: Policy, project_id: str) -> tuple[Limit, ...]:
    """List the limits on live keys that every grant there keeps."""
    project, ours = policy.project(project_id), policy.quotas
    in_project = (project.live_keys if project else None) or ours.per_project
    limits = (Limit(counted=Counted.PROJECT, most=in_project),)
    if ours.per_person is None:
        return limits
    return (Limit(counted=Counted.PERSON, most=ours.per_person), *limits)


def cap(rule: Rule, at: datetime) -> Limit:
    """Give the limit on what a rule approves for one person."""
    return Limit(counted=Counted.RULE, most=rule.most or 0, rule=rule.name, at=at, within=rule.within)
