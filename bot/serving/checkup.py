"""The doctor: look at everything that a role stands on, line by line, and change nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.cloud_wiring import open_cloud
from bot.doctor import api, google, memory, rules
from bot.errors import GoogleError, Misconfigured
from bot.policy import toml_file
from bot.serving import front_end
from bot.store import checkup as redis_checkup
from bot.wiring import utc_now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.doctor.facts import ProjectFacts
    from bot.doctor.line import Line
    from bot.domain.policy import Policy
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
    path = str(settings.policy_file)
    policy, problems = _policy(settings)
    for line in rules.policy(path, policy, problems):
        yield line
    tell("Redis")
    for line in await _redis(settings):
        yield line
    if role != "worker" and settings.api and settings.redis_url:
        for line in api.lines(await redis_checkup.tokens(settings.redis_url.get_secret_value()), utc_now()):
            yield line
    if role != "worker":
        tell("Slack")
        async for line in front_end.load("slack").checkup(settings, policy, utc_now()):
            yield line
    if role != "slack" and policy is not None:
        tell("Google")
        async for line in look_at_google(settings, policy, tell):
            yield line


def _policy(settings: Settings) -> tuple[Policy | None, list[tuple[int, str]]]:
    try:
        text = settings.policy_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return None, [(1, getattr(error, "strerror", "") or "it is not UTF-8 text")]
    policy, problems = toml_file.parse(text)
    return policy, [(problem.line, problem.message) for problem in problems]


async def _redis(settings: Settings) -> list[Line]:
    if settings.redis_url is None:
        return [memory.embedded()]
    return await redis_checkup.checkup(settings.redis_url.get_secret_value(), utc_now)


async def look_at_google(
    settings: Settings, policy: Policy, tell: Callable[[str], None]
) -> AsyncIterator[Line]:
    """Look at who the bot is at Google, at its own project, and at every project of the policy."""
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
        if policy.has_patterns:
            with suppress(GoogleError):  # then only the projects named one by one are looked at
                policy = policy.over(await cloud.projects.visible())
        few = asyncio.Semaphore(AT_ONCE)

        async def look(project_id: str) -> ProjectFacts:
            async with few:
                tell(f"Google: {project_id}")
                return await looking.project(project_id)

        everything = await asyncio.gather(*(look(project.id) for project in policy.projects))
        if rejected := google.rejected(who, everything):
            yield rejected
            return
        for line in google.own_apis(who, everything):
            yield line
        for facts in everything:
            for line in google.each(facts, who, policy):
                yield line
        for line in google.readers(everything):
            yield line
        if account := policy.fixes.billing_account:
            yield google.link_account(account, await looking.account_open(account), who)
