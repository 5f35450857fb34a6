"""Who would approve what, and why: the policy's answer for a person and a project, with its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.limits import Counted, quotas
from bot.languages.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.domain.approvers import Approvers
    from bot.domain.automatic import Rule
    from bot.domain.policy import Policy
    from bot.policy.toml_file import Loc

W = Words()


def explain(
    policy: Policy, lines: Mapping[Loc, int], user_id: str, project_id: str, environment: str
) -> Iterator[str]:
    """Say it line by line; what hangs on a chat's user groups is said so, because nobody is asked here."""
    place = policy.entry(project_id)
    assert place is not None  # noqa: S101 - whoever explains has looked
    project, rules = policy.projects[place], policy.environments[environment]
    here, there = ("projects", place), ("environments", environment)

    def at(*loc: str | int) -> str:
        written = [line for place, line in lines.items() if place[: len(loc)] == loc]
        return f"(line {min(written)})" if written else "(default)"

    yield f"{project_id}, {environment}, asked for by {user_id}"
    if project.id != project_id:
        yield f"falls under {project.id} {at(*here, 'id')}, if the bot can see it"
    policy = policy.over([project_id])
    yield from _asking(policy, user_id, project_id, environment, place, at)
    yield f"needs {policy.needed(environment)} approvals {at(*there, 'approvals')}"
    route = policy.route(project_id, environment)
    first = next(
        loc
        for loc, own in (
            ((*here, "approvers"), project.approvers),
            ((*there, "approvers"), rules.approvers),
            (("approval", "approvers"), policy.approval.approvers),
        )
        if own
    )
    yield f"decides at once: {_names(route.first, user_id)} {at(*first)}"
    if route.owners:
        yield f"decides, too: {_people(route.owners, user_id)}, owners of the project {at(*here, 'owners')}"
    if route.step_up:
        yield f"one yes must come from: {_names(route.step_up, user_id)} {at(*there, 'step_up')}"
    for number, group in enumerate(route.later):
        after = W.duration(group.after)
        yield f"after {after}: {_names(group, user_id)} {at('approval', 'escalation', number)}"
    lapse_after = W.duration(policy.approval.lapse_after)
    yield f"over without a decision after {lapse_after} {at('approval', 'lapse_after')}"
    if hours := policy.approval.hours:
        week = f"{W.items(hours.days)} from {hours.opens:%H:%M} to {hours.closes:%H:%M}, {hours.zone}"
        yield f"time counts {week} {at('approval', 'hours')}"
    for limit in quotas(policy, project_id):
        whose = "one person" if limit.counted is Counted.PERSON else "the project"
        yield f"live keys of {whose}: at most {limit.most} {at('quotas')}"


def _asking(
    policy: Policy, user_id: str, project_id: str, environment: str, place: int, at: Callable[..., str]
) -> Iterator[str]:
    """Say what may be asked for, by whom, and what is decided without asking anybody."""
    rules, there = policy.environments[environment], ("environments", environment)
    yield f"may be asked for: {W.items(map(W.duration, rules.lifetimes))} {at(*there, 'lifetimes')}"
    if named := policy.requesters(project_id, environment):
        project = policy.project(project_id)
        own = project is not None and project.requesters is not None
        asking = ("projects", place, "requesters") if own else (*there, "requesters")
        yield f"may ask: {_members(named)} {at(*asking)}"
    for number, rule in enumerate(policy.rules):
        if rule.covers(project_id, environment) and (whom := _whom(rule, user_id)) is not None:
            yield f"rule “{rule.name}”: {_said(rule)}{whom} {at('rules', number)}"


def _names(group: Approvers, user_id: str) -> str:
    named = [*(f"user group {usergroup}" for usergroup in group.groups)]
    return W.items([*named, *([_people(group.users, user_id)] if group.users else [])])


def _members(group: Approvers) -> str:
    return W.items([*(f"user group {usergroup}" for usergroup in group.groups), *sorted(group.users)])


def _people(users: frozenset[str], user_id: str) -> str:
    """Name people; who asks never decides."""
    others = sorted(users - {user_id})
    return W.items(others) if others else "nobody else than who asks"


def _whom(rule: Rule, user_id: str) -> str | None:
    """Say on what it hangs whether the rule is about this person; None when it is not."""
    if rule.names(user_id, frozenset()):
        return ""
    return f", if in {' or '.join(rule.usergroups)}" if rule.usergroups else None


def _said(rule: Rule) -> str:
    up_to = f" up to {W.duration(rule.longest)}" if rule.longest else ""
    if rule.decide == "deny":
        return f"denies{up_to}: {rule.because}"
    within = W.duration(rule.within) if rule.within else ""
    return f"approves{up_to}, {rule.most} in {within}"
