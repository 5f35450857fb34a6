"""What a policy can hardly mean, though nothing in it is wrong: rules never reached, groups of too few."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bot.domain.policy_terms import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.automatic import Rule
    from bot.domain.policy import Policy


def doubts(policy: Policy) -> Iterator[Problem]:
    """List what its author should look at again; who is in a chat's user group is not known here."""
    yield from _environments(policy)
    yield from _routes(policy)
    for number, rule in enumerate(policy.rules):
        yield from _rule(policy, number, rule)
    for channel in policy.languages.keys() - policy.channels:
        yield Problem(("languages", channel), "no card is ever posted in this channel")


def _environments(policy: Policy) -> Iterator[Problem]:
    used = {name for project in policy.projects for name in project.environments}
    for name in policy.environments:
        if name not in used:
            yield Problem(("environments", name), "no project has this environment")


def _routes(policy: Policy) -> Iterator[Problem]:
    """Find routes where fewer people are named than must say yes."""
    for number, project in enumerate(policy.projects):
        for name in project.environments:
            groups = tuple(policy.route(project.id, name).everybody)
            people = frozenset[str]().union(*(group.users for group in groups))
            needed = policy.needed(name)
            if not any(group.groups for group in groups) and len(people) < needed:
                said = f"{name} needs {needed} approvals; people named who could give them: {len(people)}"
                yield Problem(("projects", number), said)


def _rule(policy: Policy, number: int, rule: Rule) -> Iterator[Problem]:
    loc = ("rules", number)
    reached = [
        (project.id, name)
        for project in policy.projects
        for name in project.environments
        if rule.covers(project.id, name)
    ]
    if not reached:
        yield Problem(loc, f"the rule {rule.name!r} is never reached: no project has what it names")
        return
    shortest = min(span for _, name in reached for span in policy.environments[name].lifetimes)
    if rule.longest is not None and rule.longest < shortest:
        yield Problem(loc, f"the rule {rule.name!r} is never reached: no lifetime there is that short")
    if rule.decide == "approve":
        for other in policy.rules:
            if _silences(other) and all(_covers_all(other, *there) for there in reached):
                said = f"the rule {rule.name!r} is never reached: {other.name!r} denies all of it"
                yield Problem(loc, said)


def _covers_all(rule: Rule, project_id: str, environment: str) -> bool:
    """Tell whether a rule is about every project that an id or a pattern stands for."""
    wide = not rule.projects or any(fnmatchcase(project_id, glob) for glob in rule.projects)
    return wide and rule.covers(project_id, environment)


def _silences(rule: Rule) -> bool:
    """Tell whether a rule denies everybody everything it covers."""
    return rule.decide == "deny" and not rule.users and not rule.usergroups and rule.longest is None
