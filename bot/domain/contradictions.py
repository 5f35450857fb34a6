"""What two places of a policy say against each other; each is told at the place to mend."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain import globs
from bot.domain.hours import LONGEST
from bot.domain.new_projects import PLACE
from bot.domain.policy_terms import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.policy import Policy


def contradictions(policy: Policy) -> Iterator[Problem]:
    """Find all of them, in no order."""
    yield from _escalation(policy)
    yield from _projects(policy)
    yield from _rules(policy)
    yield from _new_projects(policy)


def _escalation(policy: Policy) -> Iterator[Problem]:
    before, lapse_after = timedelta(0), policy.approval.lapse_after
    if policy.approval.hours and lapse_after > LONGEST:
        said = f"with approval.hours it counts business hours alone: {LONGEST.days}d at most"
        yield Problem(("approval", "lapse_after"), said)
    for number, group in enumerate(policy.approval.escalation):
        loc = ("approval", "escalation", number, "after")
        if group.after <= before:
            yield Problem(loc, "each group is called later than the one before it")
        if group.after >= lapse_after:
            yield Problem(loc, "by then a request has lapsed: make approval.lapse_after longer")
        before = group.after


def _projects(policy: Policy) -> Iterator[Problem]:
    known = ", ".join(policy.environments)
    for number, project in enumerate(policy.projects):
        for name in project.environments:
            if name not in policy.environments:
                said = f"environment {name!r} is not defined; there is {known}"
                yield Problem(("projects", number, "environments"), said)
        if any(other.id == project.id for other in policy.projects[:number]):
            yield Problem(("projects", number, "id"), f"project {project.id!r} is listed twice")
        yield from _tied(policy, number, project.id)


def _tied(policy: Policy, number: int, pattern: str) -> Iterator[Problem]:
    """Find an earlier pattern as long as this one that stands for some of the same projects."""
    for other in policy.projects[:number]:
        alike = len(other.id) == len(pattern) and other.id != pattern
        both = globs.is_pattern(pattern) and globs.is_pattern(other.id)
        if both and alike and globs.overlap(other.id, pattern):
            said = f"{pattern!r} and {other.id!r} may stand for the same project, and neither is longer"
            yield Problem(("projects", number, "id"), said)


def _rules(policy: Policy) -> Iterator[Problem]:
    names = [rule.name for rule in policy.rules]
    for number, rule in enumerate(policy.rules):
        loc: tuple[str | int, ...] = ("rules", number)
        if rule.name in names[:number]:
            yield Problem(
                (*loc, "name"), f"there is already a rule {rule.name!r}; the audit tells rules by name"
            )
        if rule.decide == "approve" and (rule.most is None or rule.within is None):
            yield Problem(loc, "a rule that approves needs a cap: `most` keys for one person `within` a time")
        if rule.decide == "deny" and (rule.most or rule.within):
            yield Problem(loc, "`most` and `within` cap what a rule approves; this one denies")
        if rule.decide == "deny" and not rule.because:
            yield Problem(loc, "say `because`: the requester is told")
        for name in rule.environments:
            if name not in policy.environments:
                said = f"environment {name!r} is not defined; there is {', '.join(policy.environments)}"
                yield Problem((*loc, "environments"), said)


def _new_projects(policy: Policy) -> Iterator[Problem]:
    """A project that is made must be one that keys may be asked for, too."""
    new = policy.new_projects
    if new is None:
        return
    place = policy.entry(new.id_pattern.replace(PLACE, "abc"))
    if place is None:
        wild = new.id_pattern.replace(PLACE, "*")
        yield Problem(
            ("new_projects", "id_pattern"), f'no entry of [[projects]] stands for these: add id = "{wild}"'
        )
    for name in new.environments:
        if name not in policy.environments:
            said = f"environment {name!r} is not defined; there is {', '.join(policy.environments)}"
            yield Problem(("new_projects", "environments"), said)
        elif place is not None and name not in policy.projects[place].environments:
            said = (
                f"{policy.projects[place].id!r} of [[projects]], which stands for these, is not for {name!r}"
            )
            yield Problem(("new_projects", "environments"), said)
