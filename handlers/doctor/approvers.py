"""The doctor's look at the approvers: who they are, whether they are enough, whether they see cards."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

from bot.domain import rules
from bot.errors import Refused
from bot.languages.words import N_
from handlers.directory import read_person
from handlers.doctor import troubles
from handlers.doctor.troubles import AREA
from handlers.outbox import error_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.doctor.line import Line
    from bot.domain.approvers import Approvers
    from bot.domain.policy import Policy

# People looked up one by one; who names more should use a group.
MOST_LOOKED_UP = 40


@dataclass(slots=True)
class Roll:
    """Who is in each group and who is active, as Slack says; None where Slack did not say."""

    lines: list[Line] = field(default_factory=list)
    groups: dict[str, frozenset[str] | None] = field(default_factory=dict)
    people: dict[str, bool | None] = field(default_factory=dict)

    def able(self, called: Iterable[Approvers]) -> tuple[frozenset[str], bool]:
        """List who of these may decide, and tell whether that is sure to be everybody."""
        able: set[str] = set()
        sure = True
        for approvers in called:
            sure &= all(self.people.get(user) is not None for user in approvers.users)
            sure &= all(self.groups.get(group) is not None for group in approvers.groups)
            able |= {user for user in approvers.users if self.people.get(user)}
            able |= frozenset().union(*(self.groups.get(group) or frozenset() for group in approvers.groups))
        return frozenset(able), sure


async def look(client: AsyncWebClient, policy: Policy, team_id: str) -> Roll:
    """Read every group that the policy names, and look every named person up."""
    named = list(_named(policy))
    roll = Roll()
    people = sorted({user for group in named for user in group.users})[:MOST_LOOKED_UP]
    await asyncio.gather(
        *(
            _group(client, group, roll)
            for group in sorted({each for group in named for each in group.groups})
        ),
        *(_person(client, user, team_id, roll) for user in people),
    )
    return roll


def together(policy: Policy, roll: Roll, members: AbstractSet[str] | None) -> Iterator[Line]:
    """Look whether the approvers are enough wherever keys can be asked for, and see the cards."""
    yield from _enough(policy, roll)
    channel = policy.approval.channel
    able, _ = roll.able([policy.approval.approvers])
    if members is None or not able:
        return
    outside = sorted(able - members)
    values = {"channel": channel, "users": ", ".join(outside)}
    if len(outside) == len(able):
        yield AREA.problem(troubles.NOT_IN_CHANNEL, N_("None of them is in {channel}."), channel, **values)
    elif outside:
        said = N_("{users} are not in {channel}.")
        yield AREA.warning(troubles.NOT_IN_CHANNEL, said, channel, **values)
    else:
        said = N_("All approvers are in {channel}.")
        yield AREA.fine(troubles.NOT_IN_CHANNEL, said, channel, **values)


def _enough(policy: Policy, roll: Roll) -> Iterator[Line]:
    """Count, for each place, those who are called at once; a line for each place with too few."""
    short = False
    for project in policy.projects:
        for name in project.environments:
            able, sure = roll.able(policy.route(project.id, name).called(0))
            needed = policy.environments[name].approvals
            if len(able) > needed:
                continue
            short = True
            values = {"needed": str(needed), "n": str(len(able)), "where": f"{project.id}/{name}"}
            if not sure:
                said = N_("For {where} I know of {n}, and could not read all.")
                yield AREA.unknown(troubles.APPROVERS, said, values["where"], **values)
            elif len(able) < needed:
                said = N_("For {where} there are {n}; {needed} must say yes.")
                yield AREA.problem(troubles.APPROVERS, said, values["where"], **values)
            else:
                said = N_(
                    "For {where} there are {n}, all of whom must say yes: none of them can ask himself."
                )
                yield AREA.warning(troubles.APPROVERS, said, values["where"], **values)
    if not short:
        yield AREA.fine(troubles.APPROVERS, N_("There are enough for every project."), needed="1")


def _named(policy: Policy) -> Iterator[Approvers]:
    """List all approvers that the policy names anywhere."""
    for project in policy.projects:
        for name in project.environments:
            yield from policy.route(project.id, name).everybody
    yield policy.approval.approvers


async def _group(client: AsyncWebClient, group: str, roll: Roll) -> None:
    try:
        answer = await client.usergroups_users_list(usergroup=group)
    except SlackApiError as error:
        said = N_("usergroups.users.list answered {error}.")
        roll.lines.append(AREA.problem(troubles.GROUP, said, group, group=group, error=error_word(error)))
        return
    users = roll.groups[group] = frozenset(answer.get("users") or ())
    mark = AREA.fine if users else AREA.problem
    roll.lines.append(mark(troubles.GROUP, N_("It holds {n} people."), group, group=group, n=str(len(users))))


async def _person(client: AsyncWebClient, user: str, team_id: str, roll: Roll) -> None:
    try:
        answer = await client.users_info(user=user)
        rules.check_member(read_person(team_id, user, answer.get("user") or {}), team_id)
    except SlackApiError as error:
        word = error_word(error)
        gone = word in {"user_not_found", "user_not_visible"}
        roll.people[user] = False if gone else None
        mark = AREA.problem if gone else AREA.unknown
        said = N_("users.info answered {error}.")
        roll.lines.append(mark(troubles.APPROVER, said, user, user=user, error=word))
    except Refused as refused:
        roll.people[user] = False
        roll.lines.append(AREA.problem(troubles.APPROVER, N_("{why}"), user, user=user, why=str(refused)))
    else:
        roll.people[user] = True
        roll.lines.append(AREA.fine(troubles.APPROVER, N_("{user} is an active member."), user, user=user))
