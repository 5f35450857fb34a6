"""What a handler may reach: the desk, the way out to Slack, and the words of the person it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import Refused
from bot.languages.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.domain.person import Person
    from bot.domain.policy import Policy
    from bot.operations.adopt import AdoptDesk
    from bot.operations.desk import Desk
    from bot.operations.fixes.fix import Bench
    from bot.operations.look_up import LookupDesk
    from bot.operations.projects.set_up import SetupDesk
    from bot.operations.why_403.ask import Inquiries
    from bot.store.audit import Audit
    from bot.store.offices import Offices
    from bot.store.people import Profiles
    from bot.store.readiness import Readiness
    from bot.store.uses import Uses
    from handlers.directory import SlackDirectory
    from handlers.outbox import Outbox


@dataclass(frozen=True, slots=True)
class Front:
    """The parts that handlers share."""

    desk: Desk
    outbox: Outbox
    directory: SlackDirectory
    readiness: Readiness
    uses: Uses
    profiles: Profiles
    policy: Callable[[], Policy]
    inquiries: Inquiries
    bench: Bench
    lookup_desk: LookupDesk
    adopting: AdoptDesk
    setup_desk: SetupDesk
    audit: Audit
    offices: Offices
    team_id: str
    console: str

    async def person(self, body: dict[str, Any]) -> Person:
        """Look up who acted, anew where authority hangs on it."""
        return await self.directory.person(self.team_id, user_id(body))

    async def words(self, body: dict[str, Any]) -> Words:
        """Speak the language of who acted."""
        return Words(await self.directory.locale(self.team_id, user_id(body)))

    def public(self, channel: str = "") -> Words:
        """Speak the language of a channel, by default of the one that gets the cards."""
        policy = self.policy()
        return Words(policy.language(channel or policy.approval.channel))


def user_id(body: Mapping[str, Any]) -> str:
    """Read who acted from any of Slack's payloads; some events bring the whole profile."""
    event = body.get("event")
    acted = body.get("user") or (event.get("user") if isinstance(event, dict) else None)
    found = body.get("user_id") or (acted.get("id") if isinstance(acted, dict) else acted)
    return str(found or "")


def home_team(body: Mapping[str, Any]) -> str:
    """Read to which workspace a payload was sent, empty where it does not say."""
    return next((team_id for team_id in _named_teams(body) if team_id not in _enterprise_ids(body)), "")


def team_ids(body: Mapping[str, Any]) -> set[str]:
    """Read every workspace that a payload says it comes from.

    On Enterprise Grid the person's `team_id` may be the organization's own (Slack: "starts with an E").
    """
    return {*_named_teams(body)} - _enterprise_ids(body)


def _named_teams(body: Mapping[str, Any]) -> list[str]:
    team, user = body.get("team"), body.get("user")
    of_user = user.get("team_id") if isinstance(user, dict) else None
    named = body.get("team_id"), team.get("id") if isinstance(team, dict) else team, of_user
    return [str(team_id) for team_id in named if team_id]


def _enterprise_ids(body: Mapping[str, Any]) -> set[str]:
    """Read which organization our installation belongs to, by Slack's word in this payload."""
    found = {body.get("enterprise_id")}
    for name, field in (("enterprise", "id"), ("team", "enterprise_id")):
        beside = body.get(name)
        found.add(beside.get(field) if isinstance(beside, dict) else None)
    return {str(enterprise_id) for enterprise_id in found if enterprise_id}


def value(body: dict[str, Any]) -> str:
    """Read the value of the button that was pressed: a request's id."""
    return str(body["actions"][0].get("value") or "")


def in_modal(body: dict[str, Any]) -> bool:
    """Tell whether somebody acted in a modal, on top of which another can be put."""
    return (body.get("view") or {}).get("type") == "modal"


def trigger(body: dict[str, Any]) -> str:
    """Read the right to open one modal, which lives 3 s; a stand-in for Slack may not give it."""
    trigger_id = str(body.get("trigger_id") or "")
    if not trigger_id:
        raise Refused("Slack gave me no way to open a form here. Please try again.")
    return trigger_id
