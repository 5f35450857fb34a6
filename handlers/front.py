"""What a handler may reach: the desk, the way out to Slack, and the words of the person it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.languages.words import Words
from handlers.payload import user_id

if TYPE_CHECKING:
    from collections.abc import Callable

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
        who = user_id(body)
        return Words(await self.directory.locale(self.team_id, who) if who else "")

    def public(self, channel: str = "") -> Words:
        """Speak the language of a channel, by default of the one that gets the cards."""
        policy = self.policy()
        return Words(policy.language(channel or policy.approval.channel))
