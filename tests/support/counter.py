"""A desk in memory: a book of records, people by their ids, and who is away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.errors import Unavailable
from bot.operations.desk import Desk
from bot.operations.fixes.fix import Bench
from tests.support.clock import Clock
from tests.support.fuse import Fuse
from tests.support.ledger import Bell, Book, Ledger
from tests.support.people import ADA, ALAN, GRACE, HOUR, NOW, POLICY, RADIA, TEAM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.absence import Absence
    from bot.domain.person import Person
    from bot.domain.repair import Repair


@dataclass
class People:
    """The chat's word on people; who is not in it cannot be looked up."""

    known: dict[str, Person] = field(
        default_factory=lambda: {person.user_id: person for person in (ADA, GRACE, ALAN, RADIA)}
    )

    async def person(self, team_id: str, user_id: str) -> Person:
        try:
            return self.known[user_id]
        except KeyError:
            raise Unavailable("Slack does not answer.") from None

    async def members(self, team_id: str, usergroup: str) -> frozenset[str]:
        return frozenset()


@dataclass
class Away:
    """Absences by who is away."""

    kept: dict[str, Absence] = field(default_factory=dict)

    async def put(self, team_id: str, absence: Absence) -> None:
        self.kept[absence.user_id] = absence

    async def end(self, team_id: str, user_id: str) -> bool:
        return self.kept.pop(user_id, None) is not None

    async def of(self, team_id: str, user_ids: Iterable[str]) -> list[Absence]:
        return [self.kept[user_id] for user_id in sorted(user_ids) if user_id in self.kept]


class NoFixes:
    """No fix was asked for."""

    async def unfinished(self, team_id: str, limit: int = 100) -> list[Repair]:
        return []


class Counter:
    """What outlives a click: the records, the people, the absences and the time."""

    def __init__(self) -> None:
        self.book, self.people, self.away = Book(), People(), Away()
        self.clock = Clock(NOW + 2 * HOUR)

    def bench(self, fuse: Fuse | None = None) -> Bench:
        """Set the same up for fixes, of which there are none."""
        return Bench(desk=self.desk(fuse), repairs=NoFixes(), queue=None)  # type: ignore[arg-type]

    def desk(self, fuse: Fuse | None = None) -> Desk:
        """Give one click its desk; its writes stop at its fuse."""
        return Desk(
            team_id=TEAM,
            requests=Ledger(self.book, fuse or Fuse()),  # type: ignore[arg-type]
            directory=self.people,
            jobs=Bell(self.book),
            absences=self.away,
            policy=lambda: POLICY,
            now=self.clock,
            choose=lambda ids: ids[0],
        )
