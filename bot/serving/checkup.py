"""The doctor: look at everything that a role stands on, line by line, and change nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.cloud_wiring import open_cloud
from bot.doctor import api, google, making, memory, rules
from bot.errors import BotError, GoogleError, Misconfigured, Unavailable
from bot.policy.inspecting import inspect
from bot.serving import front_end
from bot.serving.installed import look_beside
from bot.store import checkup as redis_checkup
from bot.wiring import utc_now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from bot.doctor.facts import Identity, ProjectFacts
    from bot.doctor.line import Line
    from bot.domain.policy import Policy
    from bot.google.checkup import Checkup
    from bot.policy.inspecting import Inspected
    from bot.settings import Role, Settings

# Seconds that one call may take with all its attempts: a person waits.
CALL = 8.0
AT_ONCE = 4


async def checkup(
    settings: Settings, role: Role, *, tell: Callable[[str], None] = lambda _: None
) -> AsyncIterator[Line]:
    """Look at settings, policy and Redis, at Slack for the slack role, at Google for the worker role.

    `tell` hears what is being looked at.
    """
    try:
        settings.check_role(role)
    except Misconfigured as error:
        yield rules.setting(str(error))
    tell("the policy")
    inspected, lines = _policies(settings)
    for line in lines:
        yield line
    tell("Redis")
    for line in await _redis(settings):
        yield line
    if role != "worker" and settings.api and settings.redis_url:
        for line in api.lines(await redis_checkup.tokens(settings.redis_url.get_secret_value()), utc_now()):
            yield line
    if role != "worker":
        tell("Slack")
        async for line in (_installed if settings.slack_client_id else _slack)(settings, inspected):
            yield line
    policies = [one.policy for one in inspected if one.policy]
    if role != "slack" and policies:
        tell("Google")
        async for line in look_at_google(settings, policies, tell):
            yield line


def _policies(settings: Settings) -> tuple[list[Inspected], list[Line]]:
    """Look at the policy, or at each workspace's own."""
    try:
        inspected = inspect(settings.policy_dir or settings.policy_file)
    except Misconfigured as error:
        return [], [rules.setting(str(error))]
    lines: list[Line] = []
    for one in inspected:
        if one.unread:
            lines.append(rules.unread(str(one.path), one.unread))
            continue
        problems = [(problem.line, problem.message) for problem in one.problems]
        lines += rules.policy(str(one.path), None if problems else one.policy, problems)
    return inspected, lines


async def _slack(settings: Settings, inspected: Sequence[Inspected]) -> AsyncIterator[Line]:
    """Look at Slack by the policy of the workspace that is found there."""
    by_team, without = {one.team_id: one.policy for one in inspected}, []

    def policy_of(team_id: str) -> Policy | None:
        whose = team_id if settings.policy_dir else ""
        without.extend([] if whose in by_team else [whose])
        return by_team.get(whose)

    async for line in front_end.load("slack").checkup(settings, policy_of, utc_now()):
        yield line
    for team_id in without if inspected else ():
        yield rules.missing(str(settings.policy_dir), team_id)


async def _installed(settings: Settings, inspected: Sequence[Inspected]) -> AsyncIterator[Line]:
    """Look at the app, then at each workspace by the token that was given there; lines name the workspace."""
    chat, by_team = front_end.load("slack"), {one.team_id: one.policy for one in inspected}
    async for line in chat.checkup(settings, by_team.get, utc_now()):
        yield line
    with_policy = [team_id for team_id, policy in by_team.items() if policy]
    try:
        found = await look_beside(settings, with_policy)
    except (Misconfigured, Unavailable) as error:
        yield rules.setting(str(error))
        return
    if found is None:
        yield rules.not_seen()
    for one in found or ():
        if inspected and one.team_id not in by_team and one.kept and one.kept.sealed:
            yield rules.missing(str(settings.policy_dir), one.team_id)
        elif isinstance(one.token, BotError):
            if one.team_id in with_policy:
                yield rules.not_installed(one.team_id, str(one.token))
        elif one.token:
            there = settings.model_copy(update={"slack_bot_token": SecretStr(one.token)})
            async for line in chat.checkup(there, by_team.get, utc_now(), one.team_id):
                yield replace(line, about=f"{one.team_id} {line.about}".strip())


async def _redis(settings: Settings) -> list[Line]:
    if settings.redis_url is None:
        return [memory.embedded()]
    return await redis_checkup.checkup(settings.redis_url.get_secret_value(), utc_now)


async def look_at_google(
    settings: Settings, policies: Sequence[Policy], tell: Callable[[str], None]
) -> AsyncIterator[Line]:
    """Look at who the bot is at Google, at its own project, and at every project of the policies."""
    quick = settings.model_copy(
        update={"waits": settings.waits.model_copy(update={"call": min(settings.waits.call, CALL)})}
    )
    async with open_cloud(quick) as cloud:
        looking = cloud.checkup(utc_now)
        try:
            who = await looking.identity()
        except GoogleError as error:
            yield google.nobody(error)
            return
        yield google.identity(who)
        if any(policy.has_patterns for policy in policies):
            with suppress(GoogleError):  # then only the projects named one by one are looked at
                visible = await cloud.projects.visible()
                policies = [policy.over(visible) for policy in policies]
        ruled = {project.id: policy for policy in policies for project in policy.projects}
        few = asyncio.Semaphore(AT_ONCE)

        async def look(project_id: str) -> ProjectFacts:
            async with few:
                tell(f"Google: {project_id}")
                return await looking.project(project_id)

        everything = await asyncio.gather(*map(look, ruled))
        if rejected := google.rejected(who, everything):
            yield rejected
            return
        for line in google.own_apis(who, everything):
            yield line
        for facts in everything:
            for line in google.each(facts, who, ruled[facts.project_id]):
                yield line
        for line in google.readers(everything):
            yield line
        async for line in _look_beyond_projects(looking, policies, who):
            yield line


async def _look_beyond_projects(
    looking: Checkup, policies: Sequence[Policy], who: Identity
) -> AsyncIterator[Line]:
    """Look at what policies let the bot link, and at what it takes to make projects."""
    made = [policy.new_projects for policy in policies if policy.new_projects]
    paying = {policy.fixes.billing_account for policy in policies} | {new.billing_account for new in made}
    for account in sorted(paying - {""}):
        yield google.link_account(account, await looking.paying(account), who)
    for folder in sorted({new.folder for new in made}):
        yield making.folder(folder, await looking.held_on_folder(folder), who)
    if made:
        for line in making.half_made(await looking.half_made()):
            yield line
