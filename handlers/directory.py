"""Slack's word on people and groups, kept for a short while, and never guessed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.person import Person
from bot.domain.rules import check_member
from bot.errors import Refused, Unavailable
from bot.languages.catalogues import SOURCE
from handlers.outbox import error_word

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.store.people import Profiles
    from handlers.outbox import Outbox

# Slack lets group and profile changes be five minutes old; a decision is never based on older ones.
FRESH = timedelta(minutes=5)
# The language may be a day old.
KEPT = timedelta(days=1)
# People remembered in this process; asking Redis about each again would be most of what an ack costs.
REMEMBERED = 1000
# Groups do not exist here at all (free plan, another chat server, missing scope): nobody is in them.
NO_GROUPS = frozenset(
    {"unknown_method", "plan_upgrade_required", "no_such_subteam", "missing_scope", "not_allowed_token_type"}
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Profile:
    """A person and the language he reads, as seen at a moment (Unix seconds).

    `teams` are the workspaces of an organization (Enterprise Grid) that he is in; elsewhere there are none.
    """

    person: Person
    locale: str
    seen_at: float
    teams: tuple[str, ...] = ()


class SlackDirectory:
    """The service's `Directory`, answered by `users.info` and `usergroups.users.list`."""

    def __init__(self, outbox: Outbox, profiles: Profiles, now: Callable[[], datetime]) -> None:
        """Ask Slack through `outbox`, remember in `profiles`."""
        self._outbox = outbox
        self._profiles = profiles
        self._now = now
        self._groups: dict[str, tuple[float, frozenset[str]]] = {}
        self._seen: dict[tuple[str, str], Profile] = {}

    async def person(self, team_id: str, user_id: str) -> Person:
        """Look a person up, from a profile at most five minutes old."""
        return (await self._profile(team_id, user_id)).person

    async def teams(self, team_id: str, user_id: str) -> frozenset[str]:
        """List the workspaces of an organization that a member of this one is in besides."""
        profile = await self._profile(team_id, user_id)
        return frozenset(profile.teams if team_id in profile.teams else ())

    async def locale(self, team_id: str, user_id: str) -> str:
        """Tell the person's language as last seen; who was not seen for a day is looked up."""
        try:
            profile = await self._cached(team_id, user_id) or await self._look_up(team_id, user_id)
        except (Refused, Unavailable):
            return SOURCE
        return profile.locale

    async def members(self, team_id: str, usergroup: str) -> frozenset[str]:
        """List a group's people, at most five minutes old; raises `Unavailable` rather than guess."""
        if usergroup in self._groups and self._age(self._groups[usergroup][0]) <= FRESH:
            return self._groups[usergroup][1]
        try:
            found = frozenset(await self._outbox.usergroup(usergroup))
        except SlackApiError as error:
            if error_word(error) not in NO_GROUPS:
                raise _cannot_say() from None
            log.warning("directory.no_groups", usergroup=usergroup, error=error_word(error))
            found = frozenset()
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise _cannot_say() from None
        self._groups[usergroup] = (self._now().timestamp(), found)
        return found

    async def member_with(self, team_id: str, email: str) -> str:
        """Find which member has an address, empty when none has; raises `Unavailable` rather than guess."""
        try:
            user_id = await self._outbox.user_id(email) if email else ""
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
            raise _cannot_say() from None
        try:
            if user_id:
                check_member(await self.person(team_id, user_id), team_id)
        except Refused:
            return ""
        return user_id

    async def learn(self, team_id: str, user: dict[str, Any]) -> None:
        """Take in a profile that Slack has just sent."""
        user_id, now = str(user["id"]), self._now().timestamp()
        known = await self._cached(team_id, user_id)
        locale = str(user.get("locale") or (known.locale if known else SOURCE))
        profile = Profile(read_person(team_id, user_id, user), locale, now, read_teams(user))
        await self._profiles.put(team_id, user_id, json.dumps(asdict(profile)), KEPT)
        self._remember(team_id, user_id, profile)

    def forget(self, usergroup: str = "") -> None:
        """Ask again next time; one group, or all of them."""
        if usergroup:
            self._groups.pop(usergroup, None)
        else:
            self._groups.clear()

    async def _profile(self, team_id: str, user_id: str) -> Profile:
        """Recall a fresh profile, or ask."""
        profile = await self._cached(team_id, user_id)
        if profile is None or not self._fresh(profile):
            profile = await self._look_up(team_id, user_id)
        return profile

    async def _look_up(self, team_id: str, user_id: str) -> Profile:
        try:
            user = await self._outbox.user(user_id)
        except SlackApiError as error:
            if error_word(error) in {"user_not_found", "user_not_visible"}:
                raise Refused("Only members of this workspace can use Gemini keys.") from None
            raise _cannot_say() from None
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise _cannot_say() from None
        locale, now = str(user.get("locale") or SOURCE), self._now().timestamp()
        profile = Profile(read_person(team_id, user_id, user), locale, now, read_teams(user))
        await self._profiles.put(team_id, user_id, json.dumps(asdict(profile)), KEPT)
        self._remember(team_id, user_id, profile)
        return profile

    async def _cached(self, team_id: str, user_id: str) -> Profile | None:
        """Recall a fresh profile, else read what any process has kept of one, fresh or not."""
        remembered = self._seen.get((team_id, user_id))
        if remembered and self._fresh(remembered):
            return remembered
        kept = await self._profiles.get(team_id, user_id)
        if kept is None:
            return None
        found = json.loads(kept)
        teams = tuple(found.get("teams", ()))
        profile = Profile(Person(**found["person"]), found["locale"], found["seen_at"], teams)
        self._remember(team_id, user_id, profile)
        return profile

    def _remember(self, team_id: str, user_id: str, profile: Profile) -> None:
        self._seen.pop((team_id, user_id), None)
        self._seen[team_id, user_id] = profile
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def _fresh(self, profile: Profile) -> bool:
        return self._age(profile.seen_at) <= FRESH

    def _age(self, seen_at: float) -> timedelta:
        return timedelta(seconds=self._now().timestamp() - seen_at)


def read_person(team_id: str, user_id: str, user: dict[str, Any]) -> Person:
    """Read `users.info`; a person of another workspace keeps that workspace's team id.

    Whoever is in several workspaces of an organization belongs to each of them, wherever he came in.
    """
    profile = user.get("profile") or {}
    return Person(
        team_id=team_id if team_id in read_teams(user) else str(user.get("team_id") or team_id),
        user_id=str(user.get("id") or user_id),
        name=str(profile.get("real_name") or user.get("real_name") or user.get("name") or user_id),
        email=str(profile.get("email") or "").lower(),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger")),
        bot=bool(user.get("is_bot")),
        deactivated=bool(user.get("deleted")),
    )


def read_teams(user: dict[str, Any]) -> tuple[str, ...]:
    """Read in which workspaces of an organization a person is (Slack: `enterprise_user.teams`)."""
    found = user.get("enterprise_user")
    teams = found.get("teams") if isinstance(found, dict) else None
    return tuple(str(team_id) for team_id in teams or ())


def _cannot_say() -> Unavailable:
    return Unavailable(
        "I couldn't ask Slack who you are or who may decide, so I did nothing. Please try again."
    )
