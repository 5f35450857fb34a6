"""The doctor's look at the approvers: who they are, whether they are enough, whether they see cards."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

from bot.domain import rules
from bot.errors import Refused
from bot.words import N_
from handlers import troubles
from handlers.directory import read_person
from handlers.outbox import error_word
from handlers.troubles import AREA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.doctor.line import Line
    from bot.domain.policy import Policy

# People looked up one by one; who names more should use a group.
MOST_LOOKED_UP = 20


@dataclass(frozen=True, slots=True)
class Approvers:
    """The lines about approvers, and those who may decide; `sure` is False when some could not be read."""

    lines: tuple[Line, ...]
    users: frozenset[str]
    sure: bool


async def approvers(client: AsyncWebClient, policy: Policy, team_id: str) -> Approvers:
    """Read the group and look every named person up."""
    named = policy.approval.approvers
    group, *people = await asyncio.gather(
        _group(client, named.usergroup),
        *(_person(client, user, team_id) for user in sorted(named.users)[:MOST_LOOKED_UP]),
    )
    found = [group, *people]
    return Approvers(
        tuple(line for each in found for line in each.lines),
        frozenset().union(*(each.users for each in found)),
        sure=all(each.sure for each in found) and len(named.users) <= MOST_LOOKED_UP,
    )


def together(policy: Policy, found: Approvers, members: AbstractSet[str] | None) -> Iterator[Line]:
    """Look whether the approvers are enough for every environment, and see the cards."""
    needed = max(environment.approvals for environment in policy.environments.values())
    values = {"needed": str(needed), "n": str(len(found.users))}
    if not found.sure:
        yield AREA.unknown(troubles.APPROVERS, N_("I know of {n}, and could not read all."), **values)
    elif len(found.users) < needed:
        yield AREA.problem(troubles.APPROVERS, N_("There are {n}; {needed} must say yes."), **values)
    elif len(found.users) == needed:
        said = N_("There are {n}, and {needed} must say yes: none of them can ask for a key himself.")
        yield AREA.warning(troubles.APPROVERS, said, **values)
    else:
        yield AREA.fine(troubles.APPROVERS, N_("There are {n}; {needed} must say yes."), **values)
    if members is None or not found.users:
        return
    outside = sorted(found.users - members)
    values = {"channel": policy.approval.channel, "users": ", ".join(outside)}
    if len(outside) == len(found.users):
        said = N_("None of them is in {channel}.")
        yield AREA.problem(troubles.NOT_IN_CHANNEL, said, policy.approval.channel, **values)
    elif outside:
        said = N_("{users} are not in {channel}.")
        yield AREA.warning(troubles.NOT_IN_CHANNEL, said, policy.approval.channel, **values)
    else:
        yield AREA.fine(
            troubles.NOT_IN_CHANNEL, N_("All approvers are in {channel}."), policy.approval.channel, **values
        )


async def _group(client: AsyncWebClient, group: str) -> Approvers:
    if not group:
        return Approvers((), frozenset(), sure=True)
    try:
        answer = await client.usergroups_users_list(usergroup=group)
    except SlackApiError as error:
        said = N_("usergroups.users.list answered {error}.")
        line = AREA.problem(troubles.GROUP, said, group, group=group, error=error_word(error))
        return Approvers((line,), frozenset(), sure=False)
    users = frozenset(answer.get("users") or ())
    mark = AREA.fine if users else AREA.problem
    line = mark(troubles.GROUP, N_("It holds {n} people."), group, group=group, n=str(len(users)))
    return Approvers((line,), users, sure=True)


async def _person(client: AsyncWebClient, user: str, team_id: str) -> Approvers:
    try:
        answer = await client.users_info(user=user)
        rules.check_member(read_person(team_id, user, answer.get("user") or {}), team_id)
    except SlackApiError as error:
        gone = error_word(error) in {"user_not_found", "user_not_visible"}
        mark = AREA.problem if gone else AREA.unknown
        line = mark(
            troubles.APPROVER,
            N_("users.info answered {error}."),
            user,
            user=user,
            error=error_word(error),
        )
        return Approvers((line,), frozenset(), sure=gone)
    except Refused as refused:
        line = AREA.problem(troubles.APPROVER, N_("{why}"), user, user=user, why=str(refused))
        return Approvers((line,), frozenset(), sure=True)
    line = AREA.fine(troubles.APPROVER, N_("{user} is an active member."), user, user=user)
    return Approvers((line,), frozenset({user}), sure=True)
