"""Look something up at Google for somebody: checked and sent here, read by a worker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from bot.domain import rules
from bot.domain.key_request import State
from bot.domain.lookup import PREFIX, Lookup, SurveyOf, UsageOf
from bot.domain.survey import survey
from bot.domain.usage import SPANS, window
from bot.errors import Conflict, GoogleError, Refused
from bot.operations.desk import check_overseer
from bot.operations.lists import show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.domain.person import Person
    from bot.domain.survey import FoundKey
    from bot.domain.usage import KeyUsage
    from bot.operations.desk import Desk


class Lookups(Protocol):
    """Where questions are kept."""

    async def put(self, lookup: Lookup) -> None:
        """Keep a question."""


class Asking(Protocol):
    """The way to the workers."""

    async def look_up(self, lookup: Lookup) -> None:
        """Have it answered; raises `Unavailable` when it could not be sent."""


class Metrics(Protocol):
    """Cloud Monitoring's word on a key."""

    async def history(self, project_id: str, key_uid: str, since: datetime, until: datetime) -> KeyUsage:
        """Read its calls by the hour."""


class Keys(Protocol):
    """API Keys' word on a whole project."""

    async def keys(self, project_id: str, now: datetime) -> list[FoundKey]:
        """List its living keys with what is known of each."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a worker reads from."""

    metrics: Metrics
    keys: Keys


@dataclass(frozen=True, slots=True)
class LookupDesk:
    """What asking takes, introduced once in `bot.wiring`."""

    desk: Desk
    lookups: Lookups
    queue: Asking
    nonce: Callable[[], str]


async def ask_usage(
    at: LookupDesk,
    team_id: str,
    request_id: str,
    by: Person,
    place: Mapping[str, str],
    days: int = SPANS[0],
) -> Lookup:
    """Have the calls of a key counted, for its owner or an approver."""
    desk = at.desk
    request = await _check_may_see(desk, team_id, request_id, by)
    if request.state is not State.ACTIVE or not request.key_uid:
        raise Conflict("{id} has no live key: it is {state}.", id=request.id, state=request.state)
    about = UsageOf(
        request_id=request.id,
        project_id=request.project_id,
        key_uid=request.key_uid,
        days=days,
        live_since=request.live_since,
    )
    return await _send(at, by, about, place)


async def ask_survey(
    at: LookupDesk, project_id: str, by: Person, place: Mapping[str, str], *, tells_owners: bool = False
) -> Lookup:
    """Have all keys of a project listed, for an approver or admin, or their owners told that they end."""
    await check_overseer(at.desk, by.team_id, by)
    if at.desk.policy().project(project_id) is None:
        raise Refused("Name a project from the policy, for example `/gemini-key admin migrate my-project`.")
    about = SurveyOf(surveyed=project_id, tells_owners=tells_owners)
    return await _send(at, by, about, place)


async def _send(at: LookupDesk, by: Person, about: UsageOf | SurveyOf, place: Mapping[str, str]) -> Lookup:
    lookup = Lookup(id=PREFIX + at.nonce(), asker=by, asked_at=at.desk.now(), about=about, place=place)
    await at.lookups.put(lookup)
    await at.queue.look_up(lookup)
    return lookup


async def _check_may_see(desk: Desk, team_id: str, request_id: str, by: Person) -> KeyRequest:
    """Read a request for whoever may have it shown."""
    rules.check_member(by, team_id)
    return await show(desk, team_id, request_id, by)


async def look_up(sources: Sources, lookup: Lookup, now: datetime) -> Lookup:
    """Read the answer; a refusal of Google's is one too."""
    try:
        if isinstance(lookup.about, SurveyOf):
            project_id = lookup.about.surveyed
            keys = await sources.keys.keys(project_id, now)
            return replace(lookup, survey=survey(project_id, keys, now))
        return replace(lookup, usage=await _usage(sources.metrics, lookup.about, now))
    except GoogleError as error:
        return replace(lookup, unread=error.status)


async def _usage(metrics: Metrics, about: UsageOf, now: datetime) -> KeyUsage:
    since, until = window(about.days, now)
    begun = max(since, about.live_since or since)
    return replace(await metrics.history(about.project_id, about.key_uid, begun, until), since=since)
