"""Home tabs: what stands on one, and those that people look at these days kept up to date."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.key_request import HELD
from bot.domain.listing import PAGE, Kind, Listing, cursor_at
from bot.domain.rules import check_member
from bot.errors import BotError, Refused
from bot.operations.desk import check_overseer, decider_ids
from bot.operations.fixes import fix
from bot.operations.projects.new_project_rules import may_make
from handlers.outbox import kind_of
from handlers.surfaces import home
from handlers.surfaces.home import Part

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from bot.domain.key_request import KeyRequest
    from bot.domain.listing import Page
    from bot.domain.repair import Repair
    from bot.languages.words import Words
    from bot.store.people import Profiles
    from handlers.front import Front
    from handlers.surfaces.blocks import Block

    Concerned = Callable[[], Awaitable[frozenset[str]]]

WATCHED_FOR = timedelta(days=1)
# So many requests are looked at for one page of those that belong on it.
LOOKED_AT, PORTION = 100, 25
# Requests whose Homes this process remembers to be up to date.
REMEMBERED = 1000

log = structlog.get_logger(__name__)


async def publish(front: Front, user_id: str, at: Mapping[Kind, str] = MappingProxyType({})) -> None:
    """Render and publish one person's Home; `at` is where its lists were turned to."""
    view = await render(front, user_id, at)
    await front.outbox.publish_home(user_id, view)


async def render(front: Front, user_id: str, at: Mapping[Kind, str] = MappingProxyType({})) -> Block:
    """Render one person's Home from what Redis has."""
    keys = await _keys(front, user_id, at.get(Kind.HELD, ""))
    words, now = await front.words({"user_id": user_id}), front.desk.now()
    contents = home.Contents(
        waiting=await _waiting(front, user_id, at.get(Kind.PENDING, "")),
        fixes=await _fixes(front, user_id),
        keys=keys,
        uses=await front.uses.of(sorted({request.project_id for request in keys.requests})),
        others=await _others(front, user_id, at.get(Kind.MINE, "")),
        office=await front.offices.get(front.team_id),
        may_find=await _may_find(front, user_id),
        may_make=await _may_make(front, user_id),
        has_deputy=user_id in front.policy().direct,
        refused=await _refusal(front, words, user_id),
    )
    return home.build(words, front.policy(), contents, console=front.console, now=now)


async def _refusal(front: Front, words: Words, user_id: str) -> str:
    """Say why this person may do nothing here; nothing where Slack does not say who that is."""
    try:
        check_member(await front.directory.person(front.team_id, user_id), front.team_id)
    except Refused as error:
        return words(error.template, **error.values)
    except BotError:
        return ""
    return ""


async def _keys(front: Front, user_id: str, cursor: str) -> Part:
    listing = Listing(Kind.HELD, user_id)
    page = await front.desk.requests.page(front.team_id, listing, cursor)
    return Part(listing, page.requests, page.total, shown=cursor, following=page.cursor)


async def _others(front: Front, user_id: str, cursor: str) -> Part:
    """List a person's requests that hold no key: read in portions, as most people's first one is enough."""
    listing, at = Listing(Kind.MINE, user_id), cursor
    kept: list[KeyRequest] = []
    for _ in range(LOOKED_AT // PORTION):
        page = await front.desk.requests.page(front.team_id, listing, at, PORTION)
        kept += [request for request in page.requests if request.state not in HELD]
        at = page.cursor
        if len(kept) > PAGE or not at:
            break
    return _part(listing, page, kept, cursor)


async def _waiting(front: Front, user_id: str, cursor: str) -> Part:
    """List what this person may decide now; nothing where Slack does not say who may decide."""
    listing = Listing(Kind.PENDING)
    page = await front.desk.requests.page(front.team_id, listing, cursor, LOOKED_AT)
    try:
        check_member(await front.directory.person(front.team_id, user_id), front.team_id)
        waiting = [request for request in page.requests if await _is_for(front, request, user_id)]
    except BotError:
        return Part(listing, ())
    return _part(listing, page, waiting, cursor)


async def _fixes(front: Front, user_id: str) -> list[Repair]:
    """List the fixes that this person may decide; none where Slack does not say who may decide."""
    try:
        person = await front.directory.person(front.team_id, user_id)
        return await fix.waiting_for(front.bench, front.team_id, person)
    except BotError:
        return []


def _part(listing: Listing, page: Page, kept: list[KeyRequest], cursor: str) -> Part:
    """Show the first of those kept; the next page begins behind them, or behind all that was looked at."""
    shown = kept[:PAGE]
    following = cursor_at(listing, shown[-1]) if len(kept) > PAGE else page.cursor
    return Part(listing, shown, len(kept), bool(page.cursor), cursor, following)


async def _may_find(front: Front, user_id: str) -> bool:
    try:
        await check_overseer(front.desk, front.team_id, await front.directory.person(front.team_id, user_id))
    except BotError:
        return False
    return True


async def _may_make(front: Front, user_id: str) -> bool:
    """Offer new projects to who may ask for one; to nobody where Slack does not say who that is."""
    if front.policy().new_projects is None:
        return False
    try:
        person = await front.directory.person(front.team_id, user_id)
    except BotError:
        return False
    return await may_make(front.desk, person)


async def _is_for(front: Front, request: KeyRequest, user_id: str) -> bool:
    return user_id not in _settled(request) and user_id in await decider_ids(front.desk, request)


def _settled(request: KeyRequest) -> set[str]:
    """Name those for whom there is nothing left to decide: who asked, and who approved already."""
    return {request.requester.user_id, *(approval.by.user_id for approval in request.approvals)}


class Homes:
    """Publishes to whoever opened Home within a day and is concerned: the requester and the approvers."""

    def __init__(self, front: Front, profiles: Profiles) -> None:
        """`profiles` knows who watches."""
        self._front = front
        self._profiles = profiles
        self._published: dict[str, str] = {}

    async def refresh(self, request: KeyRequest) -> None:
        """Publish the Homes that this request stands on, once for each state: they show no more of it."""
        seen = f"{request.state}:{len(request.approvals)}:{request.escalated}"
        await self._once(request.id, seen, partial(self._concerned, request))

    async def refresh_fix(self, asked: Repair) -> None:
        """Publish the Homes of those who decide about a fix, once for each state."""
        seen = f"{asked.state}:{len(asked.approvals)}"
        await self._once(asked.id, seen, partial(fix.decider_ids, self._front.bench, asked))

    async def _concerned(self, request: KeyRequest) -> frozenset[str]:
        return await decider_ids(self._front.desk, request) | {request.requester.user_id}

    async def _once(self, record_id: str, seen: str, concerned: Concerned) -> None:
        if self._published.pop(record_id, "") != seen:
            await self._publish(concerned)
        self._published[record_id] = seen
        if len(self._published) > REMEMBERED:
            del self._published[next(iter(self._published))]

    async def _publish(self, concerned: Concerned) -> None:
        """Publish each Home; one that fails spoils no other, and is read anew when it is opened."""
        front = self._front
        try:
            watchers = await self._profiles.watchers(front.team_id, front.desk.now() - WATCHED_FOR)
            people = watchers & await concerned()
        except BotError as error:
            log.info("home.skipped", kind=kind_of(error))
            return
        await self._publish_to(people)

    async def refresh_all(self) -> None:
        """Publish the Home of everybody who looks at one these days."""
        since = self._front.desk.now() - WATCHED_FOR
        await self._publish_to(await self._profiles.watchers(self._front.team_id, since))

    async def _publish_to(self, people: Iterable[str]) -> None:
        for user_id in people:
            try:
                await publish(self._front, user_id)
            except (BotError, SlackApiError, aiohttp.ClientError, TimeoutError) as error:
                log.info("home.skipped", user=user_id, kind=kind_of(error))
